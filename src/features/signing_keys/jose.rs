//! What `jsonwebtoken` signs and verifies by: ring, which TLS uses too.

use super::rules::Algorithm;
use crate::error::{Fault, Result};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{EllipticCurve, Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{
    Algorithm as Jose, DecodingKey, DecodingKeyKind, EncodingKey, Header, Validation,
};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

type JoseResult<T> = std::result::Result<T, Error>;

const fn jose(algorithm: Algorithm) -> Jose {
    match algorithm {
        Algorithm::Es256 => Jose::ES256,
        Algorithm::Rs256 => Jose::RS256,
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: rsa_components,
        rsa_pub_components_from_public_key: |_| Err(ErrorKind::InvalidKeyFormat.into()),
        ec_pub_components_from_private_key: ec_components,
        ed_pub_components_from_private_key: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
        compute_digest: |_, _: ThumbprintHash| Err(ErrorKind::InvalidAlgorithm.into()),
    },
};

/// Whoever is first makes it the process's provider; it is always this one.
fn install() {
    let _ = PROVIDER.install_default();
}

/// A text in compact form, signed.
pub(super) fn sign(
    algorithm: Algorithm,
    kid: &str,
    media_type: &str,
    claims: &impl Serialize,
    private_key: &Zeroizing<Vec<u8>>,
) -> Result<String> {
    install();
    let mut header = Header::new(jose(algorithm));
    header.typ = Some(media_type.to_owned());
    header.kid = Some(kid.to_owned());
    let key = encoding_key(algorithm, private_key);
    jsonwebtoken::encode(&header, claims, &key)
        .map_err(|error| Fault::new(format!("a token can't be signed: {error}")).into())
}

/// The public half of a key, as others get it.
pub(super) fn public_key(
    algorithm: Algorithm,
    kid: &str,
    private_key: &Zeroizing<Vec<u8>>,
) -> Result<Jwk> {
    install();
    let key = encoding_key(algorithm, private_key);
    let mut jwk = Jwk::from_encoding_key(&key, jose(algorithm))
        .map_err(|error| Fault::new(format!("a signing key can't be read: {error}")))?;
    jwk.common.key_id = Some(kid.to_owned());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

/// The key that a text says it was signed with.
pub(super) fn kid_of(token: &str) -> Option<String> {
    jsonwebtoken::decode_header(token).ok()?.kid
}

/// What a text says, where this key has signed it. Its times are not looked at.
pub(super) fn verified<T: DeserializeOwned + Clone>(
    token: &str,
    algorithm: Algorithm,
    jwk: &Jwk,
) -> Option<T> {
    install();
    let key = DecodingKey::from_jwk(jwk).ok()?;
    let mut validation = Validation::new(jose(algorithm));
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<T>(token, &key, &validation).ok().map(|read| read.claims)
}

fn encoding_key(algorithm: Algorithm, private_key: &Zeroizing<Vec<u8>>) -> EncodingKey {
    match algorithm {
        Algorithm::Es256 => EncodingKey::from_ec_der(private_key),
        Algorithm::Rs256 => EncodingKey::from_rsa_der(private_key),
    }
}

fn ec_pair(pkcs8: &[u8]) -> JoseResult<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new())
        .map_err(|_| ErrorKind::InvalidEcdsaKey.into())
}

fn rsa_pair(pkcs8: &[u8]) -> JoseResult<RsaKeyPair> {
    RsaKeyPair::from_pkcs8(pkcs8)
        .map_err(|error| ErrorKind::InvalidRsaKey(error.to_string()).into())
}

fn rsa_components(pkcs8: &[u8]) -> JoseResult<(Vec<u8>, Vec<u8>)> {
    let components: PublicKeyComponents<Vec<u8>> = rsa_pair(pkcs8)?.public_key().into();
    Ok((components.n, components.e))
}

fn ec_components(pkcs8: &[u8], algorithm: Jose) -> JoseResult<(EllipticCurve, Vec<u8>, Vec<u8>)> {
    let pair = ec_pair(pkcs8)?;
    // Uncompressed: a four, x, y.
    match (algorithm, pair.public_key().as_ref().split_first()) {
        (Jose::ES256, Some((4, point))) if point.len() == 64 => {
            let (x, y) = point.split_at(32);
            Ok((EllipticCurve::P256, x.to_vec(), y.to_vec()))
        }
        _ => Err(ErrorKind::InvalidEcdsaKey.into()),
    }
}

struct EcSigner(EcdsaKeyPair);
struct RsaSigner(RsaKeyPair);

impl Signer<Vec<u8>> for EcSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        let signed = self.0.sign(&SystemRandom::new(), message);
        signed.map(|signed| signed.as_ref().to_vec()).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for EcSigner {
    fn algorithm(&self) -> Jose {
        Jose::ES256
    }
}

impl Signer<Vec<u8>> for RsaSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        let mut signed = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signed)
            .map_err(|_| signature::Error::new())?;
        Ok(signed)
    }
}

impl JwtSigner for RsaSigner {
    fn algorithm(&self) -> Jose {
        Jose::RS256
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the provider has it")]
fn signer(algorithm: &Jose, key: &EncodingKey) -> JoseResult<Box<dyn JwtSigner>> {
    match algorithm {
        Jose::ES256 => Ok(Box::new(EcSigner(ec_pair(key.as_bytes())?))),
        Jose::RS256 => Ok(Box::new(RsaSigner(rsa_pair(key.as_bytes())?))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct EcVerifier(Vec<u8>);
struct RsaVerifier(PublicKeyComponents<Vec<u8>>);

impl Verifier<Vec<u8>> for EcVerifier {
    fn verify(
        &self,
        message: &[u8],
        signed: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0)
            .verify(message, signed)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for EcVerifier {
    fn algorithm(&self) -> Jose {
        Jose::ES256
    }
}

impl Verifier<Vec<u8>> for RsaVerifier {
    fn verify(
        &self,
        message: &[u8],
        signed: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        self.0
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signed)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for RsaVerifier {
    fn algorithm(&self) -> Jose {
        Jose::RS256
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the provider has it")]
fn verifier(algorithm: &Jose, key: &DecodingKey) -> JoseResult<Box<dyn JwtVerifier>> {
    match (algorithm, key.kind()) {
        (Jose::ES256, DecodingKeyKind::SecretOrDer(point)) => {
            Ok(Box::new(EcVerifier(point.clone())))
        }
        (Jose::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            Ok(Box::new(RsaVerifier(PublicKeyComponents { n: n.clone(), e: e.clone() })))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}
