//! The project's own files, with what is no code taken out.

use std::path::{Path, PathBuf};

/// One file.
pub struct File {
    /// From the project's root, with slashes.
    pub path: String,
    pub text: String,
}

impl File {
    /// Rust without comments and without its unit tests.
    pub fn code(&self) -> String {
        strip(self.shipped(), false)
    }

    /// Without the tests at its end. A line that only names a file of tests hides
    /// nothing of what stands below it.
    fn shipped(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap()
    }

    /// The same, with nothing between quotation marks.
    pub fn bare_code(&self) -> String {
        strip(self.shipped(), true)
    }

    /// The room that a file stands in, for files of a feature.
    pub fn feature(&self) -> Option<&str> {
        self.path.strip_prefix("src/features/")?.split_once('/').map(|(feature, _)| feature)
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }
}

/// All files below a folder whose names end so.
pub fn files(folder: &str, ending: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join(folder), ending, &mut found);
    assert!(!found.is_empty(), "there is no {ending} in {folder}");
    found.sort();
    found
        .into_iter()
        .map(|path| File {
            path: path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                collect(&path, ending, found);
            }
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
}

/// Takes comments out, and with `quoted` what stands between quotation marks.
fn strip(text: &str, quoted: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                // A character; a lifetime has no second mark.
                out.push_str("' '");
                i += 2;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '"' => {
                out.push('"');
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    let step = if at(i) == '\\' { 2 } else { 1 };
                    if !quoted {
                        out.extend(&chars[i..(i + step).min(chars.len())]);
                    }
                    i += step;
                }
                out.push('"');
                i += 1;
            }
            c => {
                out.push(c);
                i += 1;
            }
        }
    }
    out
}

/// Names after each `prefix::`, also of those in a group in braces.
pub fn named_after(code: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    let marker = format!("{prefix}::");
    for (position, _) in code.match_indices(&marker) {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[position + marker.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if depth == 0 && start && (c.is_alphanumeric() || c == '_') => name.push(c),
                    c if c.is_whitespace() => {}
                    _ => start = false,
                }
                if (!start || c == ',') && !name.is_empty() {
                    names.push(std::mem::take(&mut name));
                }
            }
            if !name.is_empty() {
                names.push(name);
            }
        } else {
            names.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

/// What this file says of itself must be true before anything rests on it.
#[test]
fn the_reader_reads_rust() {
    let file = File {
        path: "src/features/x/web.rs".into(),
        text: "use crate::features::{a, b::{c, d}, e};\n// features::f\nlet x = \"features::g\"; \
               '\"'; features::h::i(); other_features::j\n#[cfg(test)]\nmod x;\nfeatures::j();\n#[cfg(test)]\nmod tests {\nfeatures::k"
            .into(),
    };
    assert_eq!(named_after(&file.bare_code(), "features"), ["a", "b", "e", "h", "j"]);
    assert!(file.code().contains("features::g"));
    assert_eq!((file.feature(), file.name()), (Some("x"), "web.rs"));
}
