//! The names of tiles by C2SP tlog-tiles: `0/x001/234` is tile 1234 of level 0, `0/005.p/17` has 17 hashes so far.

/// What a tile consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Hashes, each above 256^level leaves.
    Hashes(u8),
    /// The leaves themselves.
    Entries,
}

/// A tile, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    pub level: Level,
    pub n: u64,
    /// 256: a full one, which never changes.
    pub width: u64,
}

/// How many hashes a full tile has.
pub const FULL: u64 = 256;

impl Tile {
    /// Reads a name in its one spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (level, rest) = name.split_once('/')?;
        let level = match level {
            "entries" => Level::Entries,
            number => Level::Hashes(plain(number)?.try_into().ok().filter(|level| *level < 8)?),
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, plain(width).filter(|width| (1..FULL).contains(width))?),
            None => (rest, FULL),
        };
        let (mut groups, mut n) = (number.split('/').peekable(), 0_u64);
        while let Some(group) = groups.next() {
            let digits = match (groups.peek(), group.strip_prefix('x')) {
                (Some(_), Some(digits)) => digits,
                (None, None) => group,
                _ => return None,
            };
            if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let digits: u64 = digits.parse().ok()?;
            if n == 0 && digits == 0 && groups.peek().is_some() {
                return None;
            }
            // So that every leaf below it has a number.
            n = n.checked_mul(1000)?.checked_add(digits).filter(|n| *n < 1 << 48)?;
        }
        Some(Self { level, n, width })
    }

    /// Of how many leaves a log must consist for this tile to be there; none: of more than can be counted.
    #[must_use]
    pub fn needs(&self) -> Option<u64> {
        let each = match self.level {
            Level::Hashes(level) => FULL.checked_pow(u32::from(level))?,
            Level::Entries => 1,
        };
        (self.n * FULL + self.width).checked_mul(each)
    }
}

/// A number without leading zeros or signs.
fn plain(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_one_spelling() {
        let tile = |level, n, width| Some(Tile { level, n, width });
        assert_eq!(Tile::parse("0/000"), tile(Level::Hashes(0), 0, 256));
        assert_eq!(Tile::parse("1/x001/x234/067"), tile(Level::Hashes(1), 1_234_067, 256));
        assert_eq!(Tile::parse("entries/x001/000.p/255"), tile(Level::Entries, 1000, 255));
        for wrong in [
            "",
            "0",
            "0/",
            "0/0",
            "0/x000/001",
            "0/001/002",
            "0/x001",
            "00/000",
            "8/000",
            "-1/000",
            "+1/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000/",
            "/0/000",
            "0/../0",
            "0/0000",
            "data/000",
            "0/x999/x999/x999/x999/x999/x999/999",
            "0/٠٠٠",
        ] {
            assert_eq!(Tile::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tile_is_there_when_its_leaves_are() {
        let needs = |name| Tile::parse(name).unwrap().needs();
        assert_eq!(needs("0/000.p/1"), Some(1));
        assert_eq!(needs("1/000.p/2"), Some(512));
        assert_eq!(needs("entries/001"), Some(512));
        assert_eq!(needs("7/x281/x474/x976/x710/655"), None);
    }
}
