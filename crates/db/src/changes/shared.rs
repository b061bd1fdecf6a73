//! One question to the database for all who ask it at the same moment.

use super::ticks::Ticks;
use crate::Result;
use tokio::sync::Mutex;

/// The newest answer, and after which moment it was asked for.
pub struct Shared<T>(Mutex<Option<(u64, T)>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Shared<T> {
    /// An answer that was asked for after a moment. Whoever asks while another does waits for
    /// that answer, and takes it where it is new enough: however many ask, they take one
    /// connection.
    pub async fn after(
        &self,
        ticks: &Ticks,
        moment: u64,
        ask: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut newest = self.0.lock().await;
        if let Some((asked, answer)) = &*newest
            && *asked > moment
        {
            return Ok(answer.clone());
        }
        let asked = ticks.now();
        let answer = ask.await?;
        *newest = Some((asked, answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use tokio::task::JoinSet;

    async fn ask(shared: &Shared<(u64, u64)>, asked: &AtomicU64) -> u64 {
        let moment = Ticks::Machine.now();
        let question = async {
            let number = asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok((number, Ticks::Machine.now()))
        };
        let (number, answered) = shared.after(&Ticks::Machine, moment, question).await.unwrap();
        assert!(answered > moment, "an answer of before it was asked");
        number
    }

    #[tokio::test]
    async fn however_many_ask_at_once_the_database_is_asked_twice() {
        let all = Arc::new((Shared::default(), AtomicU64::new(0)));
        let mut asking = JoinSet::new();
        for _ in 0..50 {
            let all = Arc::clone(&all);
            asking.spawn(async move { ask(&all.0, &all.1).await });
        }
        assert_eq!(asking.join_all().await.iter().max(), Some(&1));
        assert_eq!(ask(&all.0, &all.1).await, 2, "what was asked before is not new enough");
    }

    #[tokio::test]
    async fn a_question_that_fails_or_is_given_up_is_asked_anew() {
        let shared = Shared::default();
        let failed = async { Err(Error::Unreachable("away".into())) };
        assert!(shared.after(&Ticks::Machine, 0, failed).await.is_err());
        let never = shared.after(&Ticks::Machine, 0, std::future::pending::<Result<u8>>());
        assert!(tokio::time::timeout(std::time::Duration::ZERO, never).await.is_err());
        assert_eq!(shared.after(&Ticks::Machine, 0, async { Ok(7) }).await.unwrap(), 7);
        assert_eq!(shared.after(&Ticks::Machine, 0, async { Ok(8) }).await.unwrap(), 7);
    }
}
