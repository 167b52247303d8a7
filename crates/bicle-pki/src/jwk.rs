//! JSON Web Keys (RFC 7517): RSA and EC (RFC 7518 §6), Ed25519 (RFC 8037), alone or in a set.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use bicle_platform::secret::SecretText;
use zeroize::Zeroizing;

use crate::algorithm::KeyAlgorithm;
use crate::json::{self, Value};
use crate::private_key::{
    Curve, ED25519_KEY_BYTES, Parts, PrivateKey, PrivateKeyError, RsaParts, trimmed,
};
use crate::public_key::PublicKey;

/// The largest text that is read, in bytes: a set of 1,000 RSA keys of 4096 bits.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The longest modulus for which p and q are searched where they are missing, in bytes: 4096 bits.
/// The search takes a fraction of a second there, and several times as long for each doubling.
const MAX_SEARCHED_BYTES: usize = 512;

/// A key of a JWK.
pub enum JwkKey {
    /// With its private half.
    Private(PrivateKey),
    /// The public half alone.
    Public(PublicKey),
}

/// Why a text is no usable JWK.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwkError {
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// It is no JSON, from this byte on.
    NotJson {
        /// Where, in bytes from the start of the text.
        at: usize,
    },
    /// It is JSON, and no key: it has neither `kty` nor `keys`.
    NotJwk,
    /// A member that its type demands is missing, or is not what it should be.
    Member(&'static str),
    /// A key of a type or on a curve that is not used here.
    Unsupported(String),
    /// The parts of a private key are refused.
    Key(PrivateKeyError),
}

impl fmt::Display for JwkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(formatter, "more than {MAX_BYTES} bytes"),
            Self::NotJson { at } => write!(formatter, "no JSON at byte {at}"),
            Self::NotJwk => write!(formatter, "no JSON Web Key"),
            Self::Member(name) => write!(formatter, "JSON Web Key with a bad member {name}"),
            Self::Unsupported(what) => write!(formatter, "unsupported JSON Web Key: {what}"),
            Self::Key(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for JwkError {}

impl From<PrivateKeyError> for JwkError {
    fn from(error: PrivateKeyError) -> Self {
        match error {
            PrivateKeyError::Unsupported { algorithm } => Self::Unsupported(algorithm.to_string()),
            error => Self::Key(error),
        }
    }
}

/// A key and its name (`kid`), or why it is refused.
pub type JwkResult = Result<(JwkKey, Option<String>), JwkError>;

/// Whether a text is a JWK or a JWK Set, whatever its keys are worth.
pub fn is_jwk(bytes: &[u8]) -> bool {
    let text = text(bytes).unwrap_or_default();
    json::parse(text).is_ok_and(|value| {
        value.text("kty").is_some() || matches!(value.member("keys"), Some(Value::Array(_)))
    })
}

/// Reads a JWK or a JWK Set (RFC 7517 §5), each key with its name (`kid`).
///
/// # Errors
/// The first thing that is wrong with any key: [`read_each`] goes on after it.
pub fn read(bytes: &[u8]) -> Result<Vec<(JwkKey, Option<String>)>, JwkError> {
    read_each(bytes)?.into_iter().collect()
}

/// Reads a JWK or a JWK Set, each key read or refused on its own.
///
/// # Errors
/// When it is no JSON, or no JWK at all.
pub fn read_each(bytes: &[u8]) -> Result<Vec<JwkResult>, JwkError> {
    let mut results = Vec::new();
    read_while(bytes, |result| {
        results.push(result);
        true
    })?;
    Ok(results)
}

/// As [`read_each`], each key handed on before the next is looked at, until `take` says that it is
/// enough: to check that a long RSA key is one takes some milliseconds. Gives how many there are.
pub(crate) fn read_while(
    bytes: &[u8],
    mut take: impl FnMut(JwkResult) -> bool,
) -> Result<usize, JwkError> {
    if bytes.len() > MAX_BYTES {
        return Err(JwkError::TooLarge);
    }
    let text = text(bytes).map_err(|at| JwkError::NotJson { at })?;
    let value = json::parse(text).map_err(|at| JwkError::NotJson { at })?;
    if value.text("kty").is_some() {
        take(read_one(&value));
        return Ok(1);
    }
    match value.member("keys") {
        Some(Value::Array(keys)) => {
            let _is_whole = keys.iter().all(|key| take(read_one(key)));
            Ok(keys.len())
        }
        _ => Err(JwkError::NotJwk),
    }
}

/// The key as a JWK with all its parts, in clear.
pub fn write_private(key: &PrivateKey) -> SecretText {
    let secret = |octets: &[u8]| Zeroizing::new(Base64UrlUnpadded::encode_string(octets));
    let number = |magnitude: &[u8]| secret(trimmed(magnitude));
    match key.parts() {
        Parts::Rsa(numbers) => object(
            &[("kty", "RSA")],
            &[
                ("n", number(&numbers.modulus)),
                ("e", number(&numbers.public_exponent)),
                ("d", number(&numbers.private_exponent)),
                ("p", number(&numbers.first_prime)),
                ("q", number(&numbers.second_prime)),
                ("dp", number(&numbers.first_exponent)),
                ("dq", number(&numbers.second_exponent)),
                ("qi", number(&numbers.coefficient)),
            ],
        ),
        Parts::Ec {
            curve,
            scalar,
            point,
        } => {
            let (x, y) = coordinates(curve, point).unwrap_or_default();
            object(
                &[("kty", "EC"), ("crv", curve_name(curve))],
                &[("x", secret(x)), ("y", secret(y)), ("d", secret(scalar))],
            )
        }
        Parts::Ed25519 { seed, public } => object(
            &[("kty", "OKP"), ("crv", "Ed25519")],
            &[("x", secret(public)), ("d", secret(seed))],
        ),
    }
}

/// The public key as a JWK; `None` for one of a kind that is not used here.
pub fn write_public(key: &PublicKey) -> Option<String> {
    let encoded = |octets: &[u8]| Zeroizing::new(Base64UrlUnpadded::encode_string(octets));
    let text = match key.algorithm() {
        KeyAlgorithm::Rsa { .. } => {
            let (modulus, exponent) = key.rsa_parts()?;
            object(
                &[("kty", "RSA")],
                &[("n", encoded(modulus)), ("e", encoded(exponent))],
            )
        }
        KeyAlgorithm::Ed25519 => object(
            &[("kty", "OKP"), ("crv", "Ed25519")],
            &[("x", encoded(key.key_bits()))],
        ),
        algorithm => {
            let curve = Curve::of(&algorithm)?;
            let point = curve.uncompressed(key.key_bits())?;
            let (x, y) = coordinates(curve, &point)?;
            object(
                &[("kty", "EC"), ("crv", curve_name(curve))],
                &[("x", encoded(x)), ("y", encoded(y))],
            )
        }
    };
    Some(text.expose().to_owned())
}

/// A text without its byte order mark; else the byte where it is no UTF-8.
fn text(bytes: &[u8]) -> Result<&str, usize> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.valid_up_to())?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn read_one(value: &Value<'_>) -> JwkResult {
    let kid = value.text("kid").map(str::to_owned);
    let key = match value.text("kty").ok_or(JwkError::Member("kty"))? {
        "RSA" => rsa(value)?,
        "EC" => ec(value)?,
        "OKP" => ed25519(value)?,
        other => return Err(JwkError::Unsupported(short(other))),
    };
    Ok((key, kid))
}

/// RFC 7518 §6.3.
fn rsa(value: &Value<'_>) -> Result<JwkKey, JwkError> {
    let modulus = required(value, "n")?;
    let exponent = required(value, "e")?;
    let Some(private_exponent) = optional(value, "d")? else {
        let key = PublicKey::from_rsa(&modulus, &exponent).map_err(|_| JwkError::Member("n"))?;
        return Ok(JwkKey::Public(key));
    };
    if value.member("oth").is_some() {
        let what = "RSA with more than two primes".to_owned();
        return Err(JwkError::Unsupported(what));
    }
    let pair = |first: &'static str, second: &'static str| {
        let pair = (optional(value, first)?, optional(value, second)?);
        match pair {
            (Some(first), Some(second)) => Ok(Some([first, second])),
            (None, None) => Ok(None),
            // RFC 7518 §6.3.2: all of them or none
            (None, Some(_)) => Err(JwkError::Member(first)),
            (Some(_), None) => Err(JwkError::Member(second)),
        }
    };
    let (primes, prime_exponents) = (pair("p", "q")?, pair("dp", "dq")?);
    if primes.is_none() && trimmed(&modulus).len() > MAX_SEARCHED_BYTES {
        let what = "RSA of more than 4096 bits without its primes".to_owned();
        return Err(JwkError::Unsupported(what));
    }
    let coefficient = optional(value, "qi")?;
    let key = PrivateKey::from_rsa_parts(RsaParts {
        modulus: &modulus,
        public_exponent: &exponent,
        private_exponent: &private_exponent,
        primes: borrowed(primes.as_ref()),
        // which prime is the first is not said without them
        prime_exponents: borrowed(prime_exponents.as_ref().filter(|_| primes.is_some())),
        coefficient: coefficient
            .as_deref()
            .filter(|_| primes.is_some())
            .map(Vec::as_slice),
    })?;
    Ok(JwkKey::Private(key))
}

/// RFC 7518 §6.2.
fn ec(value: &Value<'_>) -> Result<JwkKey, JwkError> {
    let curve = match value.text("crv").ok_or(JwkError::Member("crv"))? {
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        "P-521" => Curve::P521,
        other => return Err(JwkError::Unsupported(format!("EC-{}", short(other)))),
    };
    let mut point = vec![4];
    for name in ["x", "y"] {
        let coordinate = required(value, name)?;
        // always of full length (RFC 7518 §6.2.1.2), which some writers forget
        let digits = trimmed(&coordinate);
        let missing = curve
            .scalar_bytes()
            .checked_sub(digits.len())
            .ok_or(JwkError::Member(name))?;
        point.extend(std::iter::repeat_n(0, missing));
        point.extend_from_slice(digits);
    }
    if let Some(scalar) = optional(value, "d")? {
        let key = PrivateKey::from_ec_parts(curve, &scalar, &point)?;
        return Ok(JwkKey::Private(key));
    }
    let point = curve.uncompressed(&point).ok_or(JwkError::Member("x"))?;
    let key = PublicKey::from_ec(curve, &point).map_err(|_| JwkError::Member("x"))?;
    Ok(JwkKey::Public(key))
}

/// RFC 8037 §2.
fn ed25519(value: &Value<'_>) -> Result<JwkKey, JwkError> {
    match value.text("crv").ok_or(JwkError::Member("crv"))? {
        "Ed25519" => {}
        other => return Err(JwkError::Unsupported(short(other))),
    }
    let public = required(value, "x")?;
    if public.len() != ED25519_KEY_BYTES {
        return Err(JwkError::Member("x"));
    }
    if let Some(seed) = optional(value, "d")? {
        let key = PrivateKey::from_ed25519_parts(&seed, &public)?;
        return Ok(JwkKey::Private(key));
    }
    let key = PublicKey::from_ed25519(&public).map_err(|_| JwkError::Member("x"))?;
    Ok(JwkKey::Public(key))
}

fn required(value: &Value<'_>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, JwkError> {
    optional(value, name)?.ok_or(JwkError::Member(name))
}

/// The octets of a member in base64url; with padding too, which RFC 7515 §2 forbids and some write.
fn optional(value: &Value<'_>, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, JwkError> {
    if value.member(name).is_none() {
        return Ok(None);
    }
    let text = value.text(name).ok_or(JwkError::Member(name))?;
    // wiped also when the text turns out to be no base64
    let mut octets = Zeroizing::new(vec![0; text.len()]);
    let length = Base64UrlUnpadded::decode(text.trim_end_matches('='), &mut octets)
        .map_err(|_| JwkError::Member(name))?
        .len();
    octets.truncate(length);
    Ok(Some(octets))
}

fn borrowed(pair: Option<&[Zeroizing<Vec<u8>>; 2]>) -> Option<[&[u8]; 2]> {
    pair.map(|[first, second]| [first.as_slice(), second.as_slice()])
}

/// A name of a file as it is shown: not longer than any that is known.
fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

const fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
    }
}

/// The two coordinates of an uncompressed point.
fn coordinates(curve: Curve, point: &[u8]) -> Option<(&[u8], &[u8])> {
    point.get(1..)?.split_at_checked(curve.scalar_bytes())
}

/// An object of texts that need no escapes, put together without a copy that is not wiped.
fn object(names: &[(&str, &str)], values: &[(&str, Zeroizing<String>)]) -> SecretText {
    let members = || {
        let values = values.iter().map(|(name, value)| (*name, value.as_str()));
        names.iter().copied().chain(values)
    };
    let length: usize = members()
        .map(|(name, value)| name.len() + value.len() + 6)
        .sum();
    let mut text = String::with_capacity(length.saturating_add(3));
    text.push('{');
    for (index, (name, value)) in members().enumerate() {
        if index > 0 {
            text.push(',');
        }
        for part in ["\"", name, "\":\"", value, "\""] {
            text.push_str(part);
        }
    }
    text.push_str("}\n");
    SecretText::new(text)
}
