//! How far apart two places are at least: points where a file has them, else the
//! extents of countries, as the `keshvar` crate knows them.

use super::CountryCode;
use keshvar::Alpha2;

const RADIUS_KM: f64 = 6371.0;

/// Latitudes are tried a degree apart; between two of them lie fewer kilometres.
const COARSE_KM: f64 = 60.0;

/// A point on the Earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// None for what is no point, and for the one that files write for nothing.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_one = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        let is_noted = latitude != 0.0 || longitude != 0.0;
        (is_one && is_noted).then_some(Self { latitude, longitude })
    }

    /// Kilometres as the crow flies.
    pub fn kilometres_to(self, other: Self) -> f64 {
        between((self.latitude, other.latitude), self.longitude - other.longitude)
    }
}

/// By the haversine: it is exact also for points that lie close together.
fn between((one, other): (f64, f64), longitudes: f64) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let cosines = one.to_radians().cos() * other.to_radians().cos();
    let haversine = cosines.mul_add(half(longitudes), half(one - other));
    2.0 * RADIUS_KM * haversine.clamp(0.0, 1.0).sqrt().asin()
}

/// A country's parallels and meridians.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Extent {
    south: f64,
    north: f64,
    west: f64,
    /// Smaller than `west` where the country lies across the date line.
    east: f64,
}

impl Extent {
    fn of(country: CountryCode) -> Option<Self> {
        let geo = Alpha2::try_from(country.code()).ok()?.to_country().geo();
        let extent = Self {
            south: geo.min_latitude(),
            north: geo.max_latitude(),
            west: geo.min_longitude(),
            east: geo.max_longitude(),
        };
        (extent.south <= extent.north).then_some(extent)
    }

    fn width(self) -> f64 {
        let width = self.east - self.west;
        if width >= 360.0 { 360.0 } else { width.rem_euclid(360.0) }
    }

    /// Degrees of longitude between the two, on the shorter way around.
    fn longitudes_to(self, other: Self) -> f64 {
        let eastward = (other.west - self.west).rem_euclid(360.0) - self.width();
        let westward = (self.west - other.west).rem_euclid(360.0) - other.width();
        eastward.min(westward).max(0.0)
    }

    /// No two points of the two lie closer together than so many kilometres.
    fn kilometres_to(self, other: Self) -> f64 {
        let longitudes = self.longitudes_to(other);
        let mut nearest = f64::INFINITY;
        let mut latitude = self.south;
        while latitude < self.north + 1.0 {
            let here = latitude.min(self.north);
            let there = nearest_latitude(here, longitudes).clamp(other.south, other.north);
            for there in [there, other.south, other.north] {
                nearest = nearest.min(between((here, there), longitudes));
            }
            latitude += 1.0;
        }
        (nearest - COARSE_KM).max(0.0)
    }
}

/// Where a meridian so many degrees away comes closest to a point at a latitude.
fn nearest_latitude(latitude: f64, longitudes: f64) -> f64 {
    let (sin, cos) = latitude.to_radians().sin_cos();
    sin.atan2(cos * longitudes.to_radians().cos()).to_degrees()
}

/// Kilometres that lie between two countries at least; none where one's extent is
/// not known.
pub fn kilometres_between(one: CountryCode, other: CountryCode) -> Option<f64> {
    Some(Extent::of(one)?.kilometres_to(Extent::of(other)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn country(code: &str) -> CountryCode {
        CountryCode::from_code(code).unwrap()
    }

    fn apart(one: &str, other: &str) -> f64 {
        let kilometres = kilometres_between(country(one), country(other)).unwrap();
        let back = kilometres_between(country(other), country(one)).unwrap();
        assert!((kilometres - back).abs() < 2.0 * COARSE_KM, "{one} {other}: {kilometres} {back}");
        kilometres
    }

    #[test]
    fn points_are_as_far_apart_as_maps_say() {
        let point = |latitude, longitude| Point::new(latitude, longitude).unwrap();
        let (berlin, tokyo) = (point(52.52, 13.41), point(35.68, 139.69));
        assert!((berlin.kilometres_to(tokyo) - 8918.0).abs() < 20.0);
        let (suva, apia) = (point(-18.14, 178.44), point(-13.83, -171.76));
        assert!((suva.kilometres_to(apia) - 1150.0).abs() < 30.0);
        assert!(berlin.kilometres_to(berlin) < 0.001);
        for (latitude, longitude) in [(0.0, 0.0), (90.1, 0.0), (0.0, -180.1), (f64::NAN, 1.0)] {
            assert_eq!(Point::new(latitude, longitude), None);
        }
    }

    #[test]
    fn neighbours_touch_and_the_far_are_far() {
        let neighbours = [
            ("DE", "FR"),
            ("DE", "CH"),
            ("US", "CA"),
            ("US", "MX"),
            ("FR", "ES"),
            ("CN", "IN"),
            ("RU", "FI"),
            ("RU", "UA"),
            ("BE", "NL"),
            ("CL", "AR"),
            ("US", "RU"),
            ("SG", "MY"),
            ("MA", "ES"),
        ];
        for (one, other) in neighbours {
            assert!(apart(one, other) < 1.0, "{one} {other}");
        }
        let far = [
            ("DE", "JP", 6500.0..9000.0),
            ("DE", "US", 3500.0..6500.0),
            ("GB", "AU", 8000.0..13500.0),
            ("FR", "BR", 3500.0..8500.0),
            ("NL", "TH", 6500.0..9500.0),
            ("NZ", "CL", 4000.0..9000.0),
            ("JP", "US", 2500.0..6000.0),
        ];
        for (one, other, kilometres) in far {
            let apart = apart(one, other);
            assert!(kilometres.contains(&apart), "{one} {other}: {apart}");
        }
    }

    #[test]
    fn every_extent_holds_its_country() {
        for country in CountryCode::all() {
            let Some(extent) = Extent::of(*country) else { continue };
            let geo = Alpha2::try_from(country.code()).unwrap().to_country().geo();
            let across = (geo.longitude() - extent.west).rem_euclid(360.0) <= extent.width();
            let along = (extent.south..=extent.north).contains(&geo.latitude());
            assert!(across && along, "{country:?} {extent:?} {geo:?}");
        }
    }

    proptest! {
        /// The bound is one: whatever point is taken of each, they are that far apart.
        #[test]
        fn no_two_points_are_closer(
            one in 0..200_usize, other in 0..200_usize, share in prop::array::uniform4(0.0..=1.0_f64)
        ) {
            let all = CountryCode::all();
            let (one, other) = (all[one % all.len()], all[other % all.len()]);
            let (Some(near), Some(far)) = (Extent::of(one), Extent::of(other)) else { return Ok(()) };
            let point = |extent: Extent, up: f64, along: f64| {
                let longitude = extent.width().mul_add(along, extent.west);
                let longitude = if longitude > 180.0 { longitude - 360.0 } else { longitude };
                let latitude = (extent.north - extent.south).mul_add(up, extent.south);
                Point { latitude, longitude }
            };
            let [a, b, c, d] = share;
            let apart = point(near, a, b).kilometres_to(point(far, c, d));
            prop_assert!(apart + 0.001 >= kilometres_between(one, other).unwrap());
        }
    }
}
