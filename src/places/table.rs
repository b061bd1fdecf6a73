//! The countries of networks that the program carries: `assets/places.bin`, read where it lies, so
//! that only the pages which are looked at take memory. `cargo xtask places` writes it.
//!
//! After a head, and two letters a country, stands a table for IPv4 and one for the first 64 bits
//! of IPv6. Each is an index and a run of (distance to the next start, country), cut into blocks.

const MAGIC: &[u8; 8] = b"PCLPLC01";
/// Starts in a block: a look-up reads half of one on average.
const BLOCK: usize = 128;
/// An entry of the index: a start and a place in the run.
const INDEX: usize = 12;

/// The file, ready to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// When its data were put together, in seconds since 1970.
    pub built_at: u64,
    countries: &'a [u8],
    v4: Half<'a>,
    v6: Half<'a>,
}

#[derive(Debug, Clone, Copy)]
struct Half<'a> {
    index: &'a [u8],
    run: &'a [u8],
}

impl<'a> Table<'a> {
    /// None for what is no such file.
    pub fn read(file: &'a [u8]) -> Option<Self> {
        let rest = file.strip_prefix(MAGIC)?;
        let (built_at, rest) = take_u64(rest)?;
        let (count, rest) = rest.split_first()?;
        let (countries, rest) = rest.split_at_checked(usize::from(*count) * 2)?;
        let (v4, rest) = Half::read(rest)?;
        let (v6, rest) = Half::read(rest)?;
        rest.is_empty().then_some(Self { built_at, countries, v4, v6 })
    }

    /// The two letters of the country that an IPv4 address lies in.
    pub fn v4(&self, address: u32) -> Option<[u8; 2]> {
        self.country(self.v4.find(u64::from(address))?)
    }

    /// The same of an IPv6 address.
    pub fn v6(&self, address: u128) -> Option<[u8; 2]> {
        self.country(self.v6.find(u64::try_from(address >> 64).ok()?)?)
    }

    fn country(&self, number: u8) -> Option<[u8; 2]> {
        let at = usize::from(number).checked_sub(1)? * 2;
        self.countries.get(at..at + 2)?.try_into().ok()
    }
}

impl<'a> Half<'a> {
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (blocks, rest) = take_u32(bytes)?;
        let (length, rest) = take_u32(rest)?;
        let (index, rest) = rest.split_at_checked(usize::try_from(blocks).ok()? * INDEX)?;
        let (run, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        Some((Self { index, run }, rest))
    }

    /// The number of the country at a key; zero is none.
    fn find(&self, key: u64) -> Option<u8> {
        let (mut low, mut high) = (0, self.index.len() / INDEX);
        while low < high {
            let middle = low.midpoint(high);
            if self.block(middle)?.0 <= key { low = middle + 1 } else { high = middle }
        }
        let (mut start, mut run) = self.block(low.checked_sub(1)?)?;
        let mut country = 0;
        for position in 0..BLOCK {
            let Some((distance, rest)) = take_varint(run) else { break };
            let (number, rest) = rest.split_first()?;
            // The first one's distance is from the block before.
            if position > 0 {
                start = start.checked_add(distance)?;
            }
            if start > key {
                break;
            }
            (country, run) = (*number, rest);
        }
        Some(country)
    }

    fn block(&self, number: usize) -> Option<(u64, &'a [u8])> {
        let (start, rest) = take_u64(self.index.get(number * INDEX..)?)?;
        let (at, _) = take_u32(rest)?;
        Some((start, self.run.get(usize::try_from(at).ok()?..)?))
    }
}

fn take_u64(bytes: &[u8]) -> Option<(u64, &[u8])> {
    bytes.split_first_chunk().map(|(head, rest)| (u64::from_be_bytes(*head), rest))
}

fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    bytes.split_first_chunk().map(|(head, rest)| (u32::from_be_bytes(*head), rest))
}

fn take_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (position, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(u32::try_from(position * 7).ok()?)?;
        if byte & 0x80 == 0 {
            return bytes.get(position + 1..).map(|rest| (value, rest));
        }
    }
    None
}

/// Where a country begins, in order; none for networks of nobody.
#[allow(dead_code, reason = "only `cargo xtask places` and tests write")]
pub type Start = (u64, Option<[u8; 2]>);

/// Lays out what [`Table::read`] reads; none when it does not fit.
#[allow(dead_code, reason = "only `cargo xtask places` and tests write")]
pub fn encode(built_at: u64, v4: &[Start], v6: &[Start]) -> Option<Vec<u8>> {
    let mut countries: Vec<[u8; 2]> = v4.iter().chain(v6).filter_map(|(_, code)| *code).collect();
    countries.sort_unstable();
    countries.dedup();
    let mut file = MAGIC.to_vec();
    file.extend(built_at.to_be_bytes());
    file.push(u8::try_from(countries.len()).ok()?);
    file.extend(countries.iter().flatten());
    for starts in [v4, v6] {
        let (mut index, mut run, mut before) = (Vec::new(), Vec::new(), 0);
        for (position, (start, code)) in starts.iter().enumerate() {
            if position % BLOCK == 0 {
                index.extend(start.to_be_bytes());
                index.extend(u32::try_from(run.len()).ok()?.to_be_bytes());
            }
            let mut distance = start.checked_sub(before)?;
            before = *start;
            while distance >= 0x80 {
                run.push(u8::try_from(distance & 0x7f).ok()? | 0x80);
                distance >>= 7;
            }
            run.push(u8::try_from(distance).ok()?);
            run.push(match code {
                None => 0,
                Some(code) => u8::try_from(countries.binary_search(code).ok()? + 1).ok()?,
            });
        }
        file.extend(u32::try_from(index.len() / INDEX).ok()?.to_be_bytes());
        file.extend(u32::try_from(run.len()).ok()?.to_be_bytes());
        file.extend(index);
        file.extend(run);
    }
    Some(file)
}
