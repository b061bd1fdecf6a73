//! An authenticator app on somebody's phone. It knows nothing but what its camera
//! sees on the screen, or what its owner types, and computes codes as RFC 6238
//! says, with nothing of the product's.

use super::driver::{Theme, until};
use super::person::Person;
use hmac::{Hmac, KeyInit, Mac};
use portcullis::time::Timestamp;
use sha1::Sha1;
use url::Url;

const STEP: i64 = 30_000;

/// One account in the app.
#[derive(Debug, Clone)]
pub struct Authenticator {
    pub issuer: String,
    pub account: String,
    seed: Vec<u8>,
}

impl Authenticator {
    /// Points the camera at the screen.
    pub async fn scans(person: &Person<'_>) -> Self {
        Self::scans_as(person, Theme::Light, 1120).await
    }

    /// The same, of a page that is shown so.
    pub async fn scans_as(person: &Person<'_>, theme: Theme, width: u32) -> Self {
        person.show(theme, width, 1000).await;
        let what = || "a QR code in sight".to_owned();
        let look = async || read(&person.client.screenshot().await.unwrap());
        Self::add(&until(what, look).await)
    }

    /// Reads what an address like `otpauth://totp/…` says.
    pub fn add(address: &str) -> Self {
        let url = Url::parse(address).unwrap();
        assert_eq!((url.scheme(), url.host_str()), ("otpauth", Some("totp")), "{address}");
        let of = |key: &str| {
            let found = url.query_pairs().find(|(own, _)| own == key);
            found.map(|(_, value)| value.into_owned())
        };
        // What an app assumes where nothing is said.
        assert_eq!(of("algorithm").as_deref().unwrap_or("SHA1"), "SHA1");
        assert_eq!(of("digits").as_deref().unwrap_or("6"), "6");
        assert_eq!(of("period").as_deref().unwrap_or("30"), "30");
        let label = url.path().trim_start_matches('/');
        let label = percent_encoding::percent_decode_str(label).decode_utf8().unwrap();
        let account = label.split_once(':').map_or(&*label, |(_, account)| account);
        Self {
            issuer: of("issuer").unwrap(),
            account: account.trim().to_owned(),
            seed: base32(&of("secret").unwrap()),
        }
    }

    /// Types the key that stands beside the QR code.
    pub fn types(key: &str) -> Self {
        Self { issuer: String::new(), account: String::new(), seed: base32(key) }
    }

    /// What the app shows at a time.
    pub fn code(&self, now: Timestamp) -> String {
        let step = now.millis().div_euclid(STEP);
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.seed).unwrap();
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let from = usize::from(hash[19] & 15);
        let word = u32::from_be_bytes(hash[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:03} {:03}", word / 1000 % 1000, word % 1000)
    }
}

/// RFC 4648 §6, as people type it.
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for symbol in text.chars().filter(|symbol| !symbol.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(symbol.to_ascii_uppercase()).unwrap();
        bits = bits << 5 | u32::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

/// The text of the QR code in a picture.
fn read(picture: &[u8]) -> Option<String> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let shape = reader.next_frame(&mut pixels).unwrap();
    let (width, height) =
        (usize::try_from(shape.width).unwrap(), usize::try_from(shape.height).unwrap());
    let samples = shape.color_type.samples();
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        // Green is most of what brightness is.
        pixels[y * shape.line_size + x * samples + usize::from(samples >= 3)]
    });
    image.detect_grids().first()?.decode().ok().map(|(_, text)| text)
}

/// RFC 6238, appendix B: this app is right.
#[test]
fn the_app_shows_what_the_rfc_says() {
    let app = Authenticator::types("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    for (second, code) in [(59, "287 082"), (1_111_111_109, "081 804"), (2_000_000_000, "279 037")]
    {
        assert_eq!(app.code(Timestamp::from_millis(second * 1000)), code);
    }
}
