//! Enough of HTML to say what of a page a reader meets.

/// Text nodes, and attributes that are read out or shown, each with where it is.
pub fn texts(html: &str) -> Vec<(String, String)> {
    const SILENT: &[&str] = &["script", "style", "svg", "option", "code"];
    const SPOKEN: &[&str] = &["aria-label", "title", "placeholder", "alt", "aria-description"];
    let mut found = Vec::new();
    let mut silent: Option<&str> = None;
    let mut rest = html;
    let mut place = String::from("(start)");
    while let Some((text, after)) = rest.split_once('<') {
        if silent.is_none() && !text.trim().is_empty() {
            found.push((place.clone(), text.to_owned()));
        }
        let end = tag_end(after);
        let tag = &after[..end];
        rest = after.get(end + 1..).unwrap_or("");
        let name = tag.trim_start_matches('/').split([' ', '\n', '>', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            if silent == Some(closed) {
                silent = None;
            }
            place = format!("after </{name}>");
            continue;
        }
        place = format!("<{name}>");
        if silent.is_none() {
            silent = SILENT.iter().find(|own| **own == name).copied();
            for (attribute, value) in attributes(tag) {
                if SPOKEN.contains(&attribute.as_str()) && !value.is_empty() {
                    found.push((format!("{attribute} of <{name}>"), value));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(place, text)| (place, unescape(&text)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}

fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (position, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return position,
            _ => {}
        }
    }
    text.len()
}

/// The attributes of a tag that have a value.
pub fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit([' ', '\n', '"']).next().unwrap().to_owned();
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        found.push((name, value.to_owned()));
        rest = after;
    }
    found
}

pub fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, c) in
        [("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&lt;", "<"), ("&#60;", "<")]
    {
        text = text.replace(entity, c);
    }
    text.replace("&gt;", ">").replace("&#62;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

#[test]
fn the_reader_reads_html() {
    let html = "<p title=\"a &gt; b\">One <b>two</b></p><script>no</script>\
                <option value=\"x\">no</option><img alt=\"three\">four<";
    let texts: Vec<String> = texts(html).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["a > b", "One ", "two", "three", "four"]);
}
