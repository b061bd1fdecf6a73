//! The implementation is unaudited, so each answer is compared with that of a
//! second, independent one.

use super::*;
use crate::keys::{KeyRing, Purpose};
use crate::random::Random;
use argon2::password_hash::phc::PasswordHash;
use crossbeam_channel::bounded;
use proptest::prelude::*;

const COST: Argon2Cost = Argon2Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

fn pepper() -> Pepper {
    Pepper::new(KeyRing::from_random(&Random::seeded(3)).derive(Purpose::PasswordPepper))
}

fn second(cost: Argon2Cost, password: &str, salt: &[u8], pepper: Option<&Pepper>) -> [u8; 32] {
    let params =
        argon2::Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(32)).unwrap();
    let argon2 = argon2::Argon2::new_with_secret(
        secret(pepper),
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        params,
    )
    .unwrap();
    let mut tag = [0; 32];
    argon2.hash_password_into(password.as_bytes(), salt, &mut tag).unwrap();
    tag
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn both_implementations_agree(
        typed in "\\PC{0,80}",
        salt in any::<[u8; 16]>(),
        memory_kib in 32_u32..2048,
        iterations in 1_u32..4,
        parallelism in 1_u32..4,
        peppered in any::<bool>(),
    ) {
        let cost = Argon2Cost { memory_kib, iterations, parallelism };
        let password = Password::parse(&typed).unwrap();
        let pepper = peppered.then(pepper);
        let mut hasher = argon2(cost).unwrap().hasher();
        let ours = tag(&mut hasher, &password, &salt, pepper.as_ref()).unwrap();
        let theirs = second(cost, password.reveal(), &salt, pepper.as_ref());
        prop_assert_eq!(ours.as_slice(), theirs.as_slice());
    }
}

#[tokio::test]
async fn the_stored_text_is_read_by_the_second_implementation() {
    let hashing = Hashing::start(COST, 1, 4).unwrap();
    let password = Password::parse("Correct horse 1 battery").unwrap();
    let phc = hashing
        .hash(Job::Hash { password: password.clone(), salt: [9; 16], pepper: None })
        .await
        .unwrap();
    let read = PasswordHash::new(&phc).unwrap();
    let expected = second(COST, password.reveal(), &[9; 16], None);
    let stored = read.hash.unwrap();
    assert_eq!(stored.as_bytes(), expected);
    assert!(is_current(&phc, COST));
    assert!(!is_current(&phc, Argon2Cost { iterations: 2, ..COST }));
}

/// PW-16: every byte counts, to the last.
#[tokio::test]
async fn pw_16_every_byte_counts() {
    let hashing = Hashing::start(COST, 1, 4).unwrap();
    let typed = format!("{}\0{}", "a".repeat(100), "b".repeat(99));
    let password = Password::parse(&typed).unwrap();
    let phc = hashing.hash(Job::Hash { password, salt: [1; 16], pepper: None }).await.unwrap();
    let verify = async |typed: &str| {
        let password = Password::parse(typed).unwrap();
        hashing
            .verify(Job::Verify { password, phc: Some(phc.clone()), pepper: None })
            .await
            .unwrap()
    };
    assert!(verify(&typed).await);
    for position in [0, 71, 72, 73, 99, 100, 101, 128, 199] {
        let mut other = typed.clone().into_bytes();
        other[position] ^= 1;
        assert!(!verify(std::str::from_utf8(&other).unwrap()).await, "{position}");
    }
    assert!(!verify(&typed[..199]).await);
    assert!(!verify(&"a".repeat(100)).await);
}

#[tokio::test]
async fn another_key_opens_nothing() {
    let hashing = Hashing::start(COST, 1, 4).unwrap();
    let password = Password::parse("Correct horse 1 battery").unwrap();
    let phc = hashing
        .hash(Job::Hash { password: password.clone(), salt: [1; 16], pepper: Some(pepper()) })
        .await
        .unwrap();
    let verify = async |pepper| {
        let job = Job::Verify { password: password.clone(), phc: Some(phc.clone()), pepper };
        hashing.verify(job).await.unwrap()
    };
    assert!(verify(Some(pepper())).await);
    assert!(!verify(None).await);
}

#[test]
fn a_full_queue_is_refused() {
    let (orders, _kept) = bounded(1);
    let hashing = Hashing { orders };
    let job = || Job::Verify { password: Password::parse("x").unwrap(), phc: None, pepper: None };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let first = hashing.run(job());
        let second = hashing.run(job());
        tokio::pin!(first);
        tokio::select! {
            biased;
            _ = &mut first => panic!("nobody works"),
            refused = second => {
                let refused = refused.unwrap_err();
                assert!(matches!(refused, Error::Refused(Refused::Busy { .. })));
            }
        }
    });
}

#[test]
fn missing_work_fills_up_to_the_wanted() {
    let params = |cost| *argon2(cost).unwrap().params();
    let cheap = Argon2Cost { memory_kib: 19_456, iterations: 1, parallelism: 1 };
    let wanted = Argon2Cost { memory_kib: 47_104, iterations: 1, parallelism: 1 };
    let rest = missing_work(&params(cheap), &params(wanted)).unwrap();
    assert_eq!(rest.memory_kib(), 47_104 - 19_456);
    assert!(missing_work(&params(wanted), &params(cheap)).is_none());
    // Several passes: what is left is never less than what lacks.
    let thrice = Argon2Cost { iterations: 3, ..wanted };
    let twice = Argon2Cost { iterations: 2, ..cheap };
    let rest = missing_work(&params(twice), &params(thrice)).unwrap();
    let work = |params: &Params| u64::from(params.memory_kib()) * u64::from(params.passes());
    let lacking = work(&params(thrice)) - work(&params(twice));
    assert!(lacking - work(&rest) < u64::from(rest.passes()));
}
