//! Rebuilds `assets/user-agents.json`: the patterns of uap-core (Apache-2.0) for browsers and
//! systems. Those for a thousand models of devices are left out: they would double the memory.

use std::fs;
use std::path::Path;

use crate::pinned::{Package, Registry};
use serde_json::{Map, Value};

const PATTERNS: Package = Package {
    registry: Registry::Npm,
    name: "uap-core",
    version: "0.18.0",
    archive: "uap-core-0.18.0.tgz",
    sha256: "28abde9e093be91293ac8ce7b8304557b73ef1ba48a7cf8429192c0fc720a677",
};

/// Rebuilds the list; with `--check`, only says whether the committed one is what the package
/// gives.
pub fn run(args: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the workspace folder is not there")?;
    let folder = PATTERNS.unpack(&root.join("target").join("user-agents"))?;
    let source = folder.join("package").join("regexes.yaml");
    let yaml =
        fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let target = root.join("assets").join("user-agents.json");
    write_or_check(args, &target, json(&yaml)?.as_bytes())
}

/// Writes a file, or compares it.
pub fn write_or_check(args: &[String], target: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", target.display());
    match args {
        [] => fs::write(target, bytes).map_err(failed),
        [arg] if arg == "--check" => {
            if fs::read(target).map_err(failed)? == bytes {
                Ok(())
            } else {
                Err(format!("{} is not what the packages give: rebuild it", target.display()))
            }
        }
        _ => Err("the only argument is --check".to_owned()),
    }
}

/// The file's YAML is a list of flat entries, each value in single quotes; anything else is an
/// error, so that a new layout is noticed.
fn json(yaml: &str) -> Result<String, String> {
    let mut lists = Map::new();
    let mut entries: Vec<Value> = Vec::new();
    let mut name = String::new();
    for line in yaml.lines() {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(next) = line.strip_suffix(':') {
            if !name.is_empty() {
                let entries = std::mem::take(&mut entries);
                lists.insert(std::mem::take(&mut name), Value::Array(entries));
            }
            next.clone_into(&mut name);
            if name == "device_parsers" {
                break;
            }
            continue;
        }
        let (key, value) = text
            .trim_start_matches("- ")
            .split_once(": ")
            .ok_or_else(|| format!("this line can't be read: {line}"))?;
        let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let quote = quote.ok_or_else(|| format!("this value is not quoted: {line}"))?;
        let (value, after) = value[1..]
            .rsplit_once(quote)
            .ok_or_else(|| format!("this value does not end: {line}"))?;
        let after = after.trim();
        if !(after.is_empty() || after.starts_with('#')) || value.contains("''") {
            return Err(format!("this value can't be read: {line}"));
        }
        if text.starts_with("- ") {
            entries.push(Value::Object(Map::new()));
        }
        let entry = entries.last_mut().and_then(Value::as_object_mut);
        let entry = entry.ok_or_else(|| format!("this line belongs to nothing: {line}"))?;
        entry.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    lists.insert("device_parsers".to_owned(), Value::Array(Vec::new()));
    let mut text =
        serde_json::to_string(&Value::Object(lists)).map_err(|error| error.to_string())?;
    // One entry a line, so that an update shows what has changed.
    text = text.replace("},{", "},\n{");
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn reads_the_lists_and_refuses_what_it_does_not_know() {
        let yaml = "user_agent_parsers:\n  # a\n  - regex: '(A)/(\\d+)'\n    family_replacement: 'B'\n\
                    os_parsers:\n  - regex: 'C'\ndevice_parsers:\n  - ?\n";
        let text = json(yaml).unwrap();
        assert!(text.contains(r#"{"family_replacement":"B","regex":"(A)/(\\d+)"}"#), "{text}");
        assert!(text.contains(r#""os_parsers":[{"regex":"C"}]"#), "{text}");
        assert!(json("user_agent_parsers:\n  - regex: A\n").is_err());
        assert!(json("  - regex: 'it''s'\n").is_err());
    }
}
