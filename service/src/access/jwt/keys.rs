//! A set of public keys (RFC 7517), and which of them a token may be signed by.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// The keys of an issuer.
#[derive(Default)]
pub(super) struct KeySet(Vec<Key>);

struct Key {
    id: Option<String>,
    /// By which algorithms it signs: those of its type, or the one that it names.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set. Keys that sign nothing here are left out: those of another use, secrets, unknown types.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let set: Set = serde_json::from_slice(text).map_err(|error| format!("it is no JWK set: {error}"))?;
        let keys: Vec<Key> = set.keys.into_iter().filter_map(Key::read).collect();
        if keys.is_empty() { Err("it has no public key that signs".into()) } else { Ok(Self(keys)) }
    }

    /// The key of a token: the one of that id, or, for a token without one, the only one that signs so.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits =
            |key: &&Key| key.algorithms.contains(&algorithm) && (id.is_none() || key.id.as_deref() == id);
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(&first.key)
    }
}

impl Key {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let common = &jwk.common;
        let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|ops| ops.contains(&KeyOperations::Verify));
        let of_type: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                &[Algorithm::ES256]
            }
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => {
                &[Algorithm::ES384]
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                &[Algorithm::EdDSA]
            }
            // A secret in a set is everybody's secret.
            _ => &[],
        };
        let named = |algorithm: &&Algorithm| {
            common
                .key_algorithm
                .is_none_or(|named| Algorithm::try_from(named).is_ok_and(|n| n == **algorithm))
        };
        let algorithms: Vec<Algorithm> = of_type.iter().filter(named).copied().collect();
        if !signs || algorithms.is_empty() {
            return None;
        }
        Some(Self { id: common.key_id.clone(), algorithms, key: DecodingKey::from_jwk(&jwk).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: &str = r#""kty":"RSA","n":"sXch","e":"AQAB""#;
    const EC: &str = r#""kty":"EC","crv":"P-256","x":"MKBC","y":"4Etl""#;

    fn set(keys: &[String]) -> Result<KeySet, String> {
        KeySet::parse(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes())
    }

    #[test]
    fn a_key_is_found_by_its_id_and_signs_only_by_its_own_algorithms() {
        let set = set(&[
            format!("{{{RSA},\"kid\":\"a\"}}"),
            format!("{{{RSA},\"kid\":\"b\",\"alg\":\"PS256\",\"use\":\"sig\"}}"),
            format!("{{{EC},\"kid\":\"c\"}}"),
        ])
        .unwrap();
        let has = |id, algorithm| set.find(id, algorithm).is_some();
        assert!(has(Some("a"), Algorithm::RS256) && has(Some("a"), Algorithm::PS512));
        assert!(has(Some("b"), Algorithm::PS256) && !has(Some("b"), Algorithm::RS256));
        assert!(has(Some("c"), Algorithm::ES256) && !has(Some("c"), Algorithm::ES384));
        assert!(!has(Some("c"), Algorithm::RS256) && !has(Some("A"), Algorithm::RS256));
        assert!(!has(Some("a"), Algorithm::HS256));
        // Without an id the key must be the only one.
        assert!(has(None, Algorithm::ES256) && has(None, Algorithm::RS256) && !has(None, Algorithm::PS256));
    }

    #[test]
    fn what_signs_nothing_is_left_out_and_a_set_of_such_is_none() {
        let useless = [
            r#"{"kty":"oct","k":"c2VjcmV0","kid":"a","alg":"HS256"}"#.to_owned(),
            format!("{{{RSA},\"use\":\"enc\"}}"),
            format!("{{{RSA},\"key_ops\":[\"encrypt\"]}}"),
            format!("{{{RSA},\"alg\":\"HS256\"}}"),
            format!("{{{RSA},\"alg\":\"RSA-OAEP\"}}"),
            r#"{"kty":"EC","crv":"secp256k1","x":"MKBC","y":"4Etl"}"#.to_owned(),
            r#"{"kty":"new"}"#.to_owned(),
            "7".to_owned(),
        ];
        for key in &useless {
            assert_eq!(
                set(std::slice::from_ref(key)).err().as_deref(),
                Some("it has no public key that signs"),
                "{key}"
            );
        }
        let mut keys = useless.to_vec();
        keys.push(format!("{{{EC}}}"));
        assert!(set(&keys).unwrap().find(None, Algorithm::ES256).is_some());
        assert!(KeySet::parse(b"{}").is_err() && KeySet::parse(b"<html>").is_err());
    }
}
