use super::{FIELDS, Record};
use crate::error::{Fault, Result};
use serde::{Serialize, Serializer};

/// How events are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Format {
    /// RFC 4180, for spreadsheets.
    Csv,
    /// One JSON object a line, for programs.
    JsonLines,
}

/// All there are, in the order in which they are offered.
pub const FORMATS: [Format; 2] = [Format::Csv, Format::JsonLines];

impl Format {
    /// As it is asked for, and at the end of a file's name.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.tag() == tag)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    /// What stands before the first event.
    pub fn head(self) -> Result<Vec<u8>> {
        match self {
            Self::Csv => rows(std::iter::once(FIELDS.iter().map(|field| field.name.into()))),
            Self::JsonLines => Ok(Vec::new()),
        }
    }

    /// Events, each as a line of its own.
    pub fn lines(self, records: &[Record]) -> Result<Vec<u8>> {
        match self {
            Self::Csv => rows(records.iter().map(|record| {
                FIELDS.iter().map(|field| safe((field.read)(record).unwrap_or_default()))
            })),
            Self::JsonLines => {
                let mut text = Vec::new();
                for record in records {
                    serde_json::to_writer(&mut text, &AsObject(record)).map_err(failed)?;
                    text.push(b'\n');
                }
                Ok(text)
            }
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new(format!("an export: {error}"))
}

fn rows(rows: impl Iterator<Item = impl Iterator<Item = String>>) -> Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush().map_err(failed)?;
    Ok(writer.into_inner().map_err(failed)?)
}

/// A spreadsheet takes a cell that begins like this for a formula, and a formula
/// can send what stands beside it to a stranger (OWASP, CSV injection). The
/// full-width forms are taken for the same by some.
fn safe(mut cell: String) -> String {
    const FORMULAS: &[char] =
        &['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    if cell.starts_with(FORMULAS) {
        cell.insert(0, '\'');
    }
    cell
}

struct AsObject<'a>(&'a Record);

impl Serialize for AsObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(FIELDS.iter().map(|field| (field.name, (field.read)(self.0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(safe(formula.to_owned()), format!("'{formula}"));
        }
        for harmless in ["", "a=1", "203.0.113.7", "::1", "Mozilla/5.0 (X11; +x)"] {
            assert_eq!(safe(harmless.to_owned()), harmless);
        }
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_says() {
        let cells = ["a", "b,c", "d \"e\"", "f\r\ng", ""].map(str::to_owned);
        let text = rows(std::iter::once(cells.into_iter())).unwrap();
        let expected = "a,\"b,c\",\"d \"\"e\"\"\",\"f\r\ng\",\r\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
