//! Whether two kinds of request take the same time.

/// Milliseconds of many requests.
pub struct Summary {
    pub mean: f64,
    pub median: f64,
    variance: f64,
    count: f64,
}

impl Summary {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
    pub fn of(samples: &[f64]) -> Self {
        let count = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / count;
        let variance = samples.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self { mean, variance, median: sorted[sorted.len() / 2], count }
    }
}

/// Welch's t. With thousands of samples it is as good as normal, so that
/// |t| < 2.576 is p > 0.01.
pub fn welch(one: &Summary, other: &Summary) -> f64 {
    (one.mean - other.mean) / (one.variance / one.count + other.variance / other.count).sqrt()
}
