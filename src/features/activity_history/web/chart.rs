//! Sign-ins a day as a drawing: what succeeded above the line, what was refused
//! below it.

use crate::features::activity_history::rules::{Day, SignIns};
use crate::features::security_log::counts::Counts;
use crate::places::Place;
use crate::text::Text;

/// A drawing is so high; it is stretched to its place.
const HEIGHT: i64 = 120;
const WIDTH_OF_DAY: i64 = 24;
const WIDTH_OF_BAR: i64 = 16;
/// What few sign-ins are measured against, so that one is not a tower.
const LEAST: i64 = 6;

/// Countries that are listed.
const COUNTRIES: usize = 8;

/// A bar.
pub struct Bar {
    /// From the left.
    pub x: i64,
    /// From above.
    pub y: i64,
    /// How high.
    pub height: i64,
    /// Whether it stands for what was refused.
    pub refused: bool,
}

/// A day of the drawing.
pub struct ChartDay {
    /// From the left.
    pub x: i64,
    /// The day.
    pub day: String,
    /// What happened, in words.
    pub words: String,
    /// How many succeeded.
    pub succeeded: i64,
    /// How many were refused.
    pub refused: i64,
    /// Its bars.
    pub bars: Vec<Bar>,
}

/// The drawing, and what it says in words.
pub struct Chart {
    /// How wide.
    pub width: i64,
    /// How high.
    pub height: i64,
    /// How wide a day is.
    pub step: i64,
    /// How wide a bar is.
    pub bar: i64,
    /// Where the line is, from above.
    pub line: i64,
    /// What it says, in one sentence.
    pub summary: String,
    /// Each day, the oldest first.
    pub days: Vec<ChartDay>,
    /// The first day's name.
    pub first: String,
    /// From which countries, and how often: the most first.
    pub countries: Vec<(String, String)>,
    /// How many more there are.
    pub more_countries: i64,
    /// Whether nothing happened.
    pub empty: bool,
}

impl Chart {
    /// For a reader.
    pub fn of(text: &Text, sign_ins: &SignIns) -> Self {
        let most = |count: fn(&Day) -> i64| sign_ins.days.iter().map(count).max().unwrap_or(0);
        let (above, below) = (most(|day| day.counts.succeeded), most(|day| day.counts.refused));
        let all = (above + below).max(LEAST);
        let scaled = |count: i64| if count == 0 { 0 } else { (count * (HEIGHT - 8) / all).max(3) };
        let line = HEIGHT - 4 - scaled(below);
        let total = sign_ins.total();
        let days = sign_ins.days.iter().zip(0_i64..).map(|(day, index)| {
            let x = index * WIDTH_OF_DAY;
            let bar = |y, height, refused| Bar {
                x: x + (WIDTH_OF_DAY - WIDTH_OF_BAR) / 2,
                y,
                height,
                refused,
            };
            let (up, down) = (scaled(day.counts.succeeded), scaled(day.counts.refused));
            let bars = [bar(line - 1 - up, up, false), bar(line + 1, down, true)];
            let name = text.short_day(day.date);
            ChartDay {
                x,
                words: text
                    .say("chart-day")
                    .with("day", &name)
                    .number("succeeded", day.counts.succeeded)
                    .number("refused", day.counts.refused)
                    .to_string(),
                day: name,
                succeeded: day.counts.succeeded,
                refused: day.counts.refused,
                bars: bars.into_iter().filter(|bar| bar.height > 0).collect(),
            }
        });
        let days: Vec<ChartDay> = days.collect();
        let more = sign_ins.countries.len().saturating_sub(COUNTRIES);
        let countries = sign_ins.countries.iter().take(COUNTRIES);
        Self {
            width: WIDTH_OF_DAY * i64::try_from(days.len()).unwrap_or(0),
            height: HEIGHT,
            step: WIDTH_OF_DAY,
            bar: WIDTH_OF_BAR,
            line,
            summary: text
                .say("chart-summary")
                .number("succeeded", total.succeeded)
                .number("refused", total.refused)
                .to_string(),
            first: days.first().map(|day| day.day.clone()).unwrap_or_default(),
            days,
            countries: countries.map(|(place, counts)| said(text, place, *counts)).collect(),
            more_countries: i64::try_from(more).unwrap_or(i64::MAX),
            empty: total == Counts::default(),
        }
    }
}

/// A country, and how many sign-ins came from there.
fn said(text: &Text, place: &Place, counts: Counts) -> (String, String) {
    let said = text
        .say("countries-count")
        .number("succeeded", counts.succeeded)
        .number("refused", counts.refused)
        .to_string();
    (place.say(text), said)
}
