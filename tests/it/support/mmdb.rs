//! Writes small files in the MaxMind DB format, as any vendor might.

use serde_json::{Value, json};
use std::net::IpAddr;

#[derive(Clone, Copy)]
enum Record {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A file for networks of one version of IP, each with its record.
pub fn mmdb(version: u16, kind: &str, entries: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Record::Nothing; 2]];
    let mut data = Vec::new();
    for (network, record) in entries {
        let at = data.len();
        write(&mut data, record);
        let network: ipnet::IpNet = network.parse().unwrap();
        let (bits, length) = match (network.addr(), version) {
            (IpAddr::V4(address), 4) => (u128::from(address.to_bits()) << 96, network.prefix_len()),
            (IpAddr::V4(address), _) => (u128::from(address.to_bits()), network.prefix_len() + 96),
            (IpAddr::V6(address), _) => (address.to_bits(), network.prefix_len()),
        };
        let mut node = 0;
        for position in 0..length {
            let side = (bits >> (127 - position)) as usize & 1;
            if position + 1 == length {
                nodes[node][side] = Record::Data(at);
            } else if let Record::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Record::Nothing; 2]);
                let next = nodes.len() - 1;
                nodes[node][side] = Record::Node(next);
                node = next;
            }
        }
    }
    let mut file = Vec::new();
    for record in nodes.iter().flatten() {
        let value = match record {
            Record::Nothing => nodes.len(),
            Record::Node(node) => *node,
            Record::Data(at) => nodes.len() + 16 + at,
        };
        file.extend(&(value as u32).to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let meta = json!({
        "binary_format_major_version": 2, "binary_format_minor_version": 0,
        "build_epoch": 1_780_000_000_u64, "database_type": kind, "description": {},
        "ip_version": version, "languages": [], "node_count": nodes.len(), "record_size": 24,
    });
    write(&mut file, &meta);
    file
}

/// A type and a length, as the format writes them.
fn head(out: &mut Vec<u8>, kind: u8, length: usize) {
    let (size, more) = match length {
        0..29 => (length as u8, vec![]),
        29..285 => (29, vec![(length - 29) as u8]),
        _ => (30, ((length - 285) as u16).to_be_bytes().to_vec()),
    };
    if kind <= 7 {
        out.push(kind << 5 | size);
    } else {
        out.extend([size, kind - 7]);
    }
    out.extend(more);
}

fn integer(out: &mut Vec<u8>, kind: u8, value: &Value, length: usize) {
    head(out, kind, length);
    out.extend(&value.as_u64().unwrap().to_be_bytes()[8 - length..]);
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => {
            head(out, 2, text.len());
            out.extend(text.as_bytes());
        }
        Value::Number(number) if number.is_f64() => {
            head(out, 3, 8);
            out.extend(number.as_f64().unwrap().to_be_bytes());
        }
        Value::Number(_) => integer(out, 9, value, 8),
        Value::Object(map) => {
            head(out, 7, map.len());
            for (key, value) in map {
                write(out, &json!(key));
                // The head of a file says in how many bytes it wants these.
                match key.as_str() {
                    "node_count" => integer(out, 6, value, 4),
                    "record_size" => integer(out, 5, value, 2),
                    key if key.ends_with("_version") => integer(out, 5, value, 2),
                    _ => write(out, value),
                }
            }
        }
        Value::Array(list) => {
            head(out, 11, list.len());
            for value in list {
                write(out, value);
            }
        }
        Value::Bool(yes) => head(out, 14, usize::from(*yes)),
        Value::Null => panic!("the format has no null"),
    }
}
