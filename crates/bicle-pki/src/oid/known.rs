//! The object identifiers that this crate knows: constants, and the names that specifications
//! give them.

use super::Oid;

/// Declares constants whose DER content octets the compiler makes from the arcs, and the table of
/// their names.
macro_rules! known_oids {
    ($($(#[$doc:meta])* $constant:ident = $arcs:expr, $name:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $constant: Oid = Oid::from_static(
                &encode::<{ encoded_bytes(&$arcs) }>(&$arcs),
            );
        )*

        /// Every known identifier with its name.
        const NAMES: &[(Oid, &str)] = &[$(($constant, $name)),*];
    };
}

/// The name that its specification gives to an identifier, as `sha256WithRSAEncryption`.
pub fn name_of(oid: &Oid) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, name)| *name)
        .or_else(|| super::curves::curve_name(oid))
}

known_oids! {
    // public keys and signatures
    /// `rsaEncryption`: RFC 8017 appendix C.
    RSA_ENCRYPTION = [1, 2, 840, 113549, 1, 1, 1], "rsaEncryption";
    /// `md5WithRSAEncryption`: RFC 8017 appendix C.
    MD5_WITH_RSA = [1, 2, 840, 113549, 1, 1, 4], "md5WithRSAEncryption";
    /// `sha1WithRSAEncryption`: RFC 8017 appendix C.
    SHA1_WITH_RSA = [1, 2, 840, 113549, 1, 1, 5], "sha1WithRSAEncryption";
    /// `mgf1`: RFC 8017 appendix C.
    MGF1 = [1, 2, 840, 113549, 1, 1, 8], "mgf1";
    /// `rsassaPss`: RFC 8017 appendix C.
    RSASSA_PSS = [1, 2, 840, 113549, 1, 1, 10], "rsassaPss";
    /// `sha256WithRSAEncryption`: RFC 8017 appendix C.
    SHA256_WITH_RSA = [1, 2, 840, 113549, 1, 1, 11], "sha256WithRSAEncryption";
    /// `sha384WithRSAEncryption`: RFC 8017 appendix C.
    SHA384_WITH_RSA = [1, 2, 840, 113549, 1, 1, 12], "sha384WithRSAEncryption";
    /// `sha512WithRSAEncryption`: RFC 8017 appendix C.
    SHA512_WITH_RSA = [1, 2, 840, 113549, 1, 1, 13], "sha512WithRSAEncryption";
    /// `sha224WithRSAEncryption`: RFC 8017 appendix C.
    SHA224_WITH_RSA = [1, 2, 840, 113549, 1, 1, 14], "sha224WithRSAEncryption";
    /// `dsa`: RFC 3279 §2.3.2.
    DSA = [1, 2, 840, 10040, 4, 1], "dsa";
    /// `ecPublicKey`: RFC 5480 §2.1.1.
    EC_PUBLIC_KEY = [1, 2, 840, 10045, 2, 1], "ecPublicKey";
    /// `ecdsa-with-SHA1`: RFC 3279 §2.2.3.
    ECDSA_WITH_SHA1 = [1, 2, 840, 10045, 4, 1], "ecdsa-with-SHA1";
    /// `ecdsa-with-SHA224`: RFC 5758 §3.2.
    ECDSA_WITH_SHA224 = [1, 2, 840, 10045, 4, 3, 1], "ecdsa-with-SHA224";
    /// `ecdsa-with-SHA256`: RFC 5758 §3.2.
    ECDSA_WITH_SHA256 = [1, 2, 840, 10045, 4, 3, 2], "ecdsa-with-SHA256";
    /// `ecdsa-with-SHA384`: RFC 5758 §3.2.
    ECDSA_WITH_SHA384 = [1, 2, 840, 10045, 4, 3, 3], "ecdsa-with-SHA384";
    /// `ecdsa-with-SHA512`: RFC 5758 §3.2.
    ECDSA_WITH_SHA512 = [1, 2, 840, 10045, 4, 3, 4], "ecdsa-with-SHA512";
    /// `P-256`: RFC 5480 §2.1.1.1.
    SECP256R1 = [1, 2, 840, 10045, 3, 1, 7], "P-256";
    /// `P-384`: RFC 5480 §2.1.1.1.
    SECP384R1 = [1, 3, 132, 0, 34], "P-384";
    /// `P-521`: RFC 5480 §2.1.1.1.
    SECP521R1 = [1, 3, 132, 0, 35], "P-521";
    /// `secp256k1`: SEC 2.
    SECP256K1 = [1, 3, 132, 0, 10], "secp256k1";
    /// `X25519`: RFC 8410 §3.
    X25519 = [1, 3, 101, 110], "X25519";
    /// `X448`: RFC 8410 §3.
    X448 = [1, 3, 101, 111], "X448";
    /// `Ed25519`: RFC 8410 §3.
    ED25519 = [1, 3, 101, 112], "Ed25519";
    /// `Ed448`: RFC 8410 §3.
    ED448 = [1, 3, 101, 113], "Ed448";
    // hashes and MACs
    /// `md5`: RFC 8018 appendix B.
    MD5 = [1, 2, 840, 113549, 2, 5], "md5";
    /// `sha1`: RFC 3279 §2.1.
    SHA1 = [1, 3, 14, 3, 2, 26], "sha1";
    /// `sha256`: RFC 5754 §2.
    SHA256 = [2, 16, 840, 1, 101, 3, 4, 2, 1], "sha256";
    /// `sha384`: RFC 5754 §2.
    SHA384 = [2, 16, 840, 1, 101, 3, 4, 2, 2], "sha384";
    /// `sha512`: RFC 5754 §2.
    SHA512 = [2, 16, 840, 1, 101, 3, 4, 2, 3], "sha512";
    /// `sha224`: RFC 5754 §2.
    SHA224 = [2, 16, 840, 1, 101, 3, 4, 2, 4], "sha224";
    /// `hmacWithSHA1`: RFC 8018 appendix B.1.
    HMAC_WITH_SHA1 = [1, 2, 840, 113549, 2, 7], "hmacWithSHA1";
    /// `hmacWithSHA224`: RFC 8018 appendix B.1.
    HMAC_WITH_SHA224 = [1, 2, 840, 113549, 2, 8], "hmacWithSHA224";
    /// `hmacWithSHA256`: RFC 8018 appendix B.1.
    HMAC_WITH_SHA256 = [1, 2, 840, 113549, 2, 9], "hmacWithSHA256";
    /// `hmacWithSHA384`: RFC 8018 appendix B.1.
    HMAC_WITH_SHA384 = [1, 2, 840, 113549, 2, 10], "hmacWithSHA384";
    /// `hmacWithSHA512`: RFC 8018 appendix B.1.
    HMAC_WITH_SHA512 = [1, 2, 840, 113549, 2, 11], "hmacWithSHA512";
    // password-based encryption
    /// `pbeWithMD2AndDES-CBC`: RFC 8018 appendix A.3.
    PBE_WITH_MD2_AND_DES_CBC = [1, 2, 840, 113549, 1, 5, 1], "pbeWithMD2AndDES-CBC";
    /// `pbeWithMD5AndDES-CBC`: RFC 8018 appendix A.3.
    PBE_WITH_MD5_AND_DES_CBC = [1, 2, 840, 113549, 1, 5, 3], "pbeWithMD5AndDES-CBC";
    /// `pbeWithMD5AndRC2-CBC`: RFC 8018 appendix A.3.
    PBE_WITH_MD5_AND_RC2_CBC = [1, 2, 840, 113549, 1, 5, 6], "pbeWithMD5AndRC2-CBC";
    /// `pbeWithSHA1AndDES-CBC`: RFC 8018 appendix A.3.
    PBE_WITH_SHA1_AND_DES_CBC = [1, 2, 840, 113549, 1, 5, 10], "pbeWithSHA1AndDES-CBC";
    /// `pbeWithSHA1AndRC2-CBC`: RFC 8018 appendix A.3.
    PBE_WITH_SHA1_AND_RC2_CBC = [1, 2, 840, 113549, 1, 5, 11], "pbeWithSHA1AndRC2-CBC";
    /// `PBKDF2`: RFC 8018 appendix A.2.
    PBKDF2 = [1, 2, 840, 113549, 1, 5, 12], "PBKDF2";
    /// `PBES2`: RFC 8018 appendix A.4.
    PBES2 = [1, 2, 840, 113549, 1, 5, 13], "PBES2";
    /// `PBMAC1`: RFC 8018 appendix A.5.
    PBMAC1 = [1, 2, 840, 113549, 1, 5, 14], "PBMAC1";
    /// `scrypt`: RFC 7914 §7.
    SCRYPT = [1, 3, 6, 1, 4, 1, 11591, 4, 11], "scrypt";
    /// `pbeWithSHAAnd128BitRC4`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_RC4_128 = [1, 2, 840, 113549, 1, 12, 1, 1], "pbeWithSHAAnd128BitRC4";
    /// `pbeWithSHAAnd40BitRC4`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_RC4_40 = [1, 2, 840, 113549, 1, 12, 1, 2], "pbeWithSHAAnd40BitRC4";
    /// `pbeWithSHAAnd3-KeyTripleDES-CBC`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_3DES = [1, 2, 840, 113549, 1, 12, 1, 3], "pbeWithSHAAnd3-KeyTripleDES-CBC";
    /// `pbeWithSHAAnd2-KeyTripleDES-CBC`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_2DES = [1, 2, 840, 113549, 1, 12, 1, 4], "pbeWithSHAAnd2-KeyTripleDES-CBC";
    /// `pbeWithSHAAnd128BitRC2-CBC`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_RC2_128 = [1, 2, 840, 113549, 1, 12, 1, 5], "pbeWithSHAAnd128BitRC2-CBC";
    /// `pbeWithSHAAnd40BitRC2-CBC`: RFC 7292 appendix C.
    PKCS12_PBE_SHA1_RC2_40 = [1, 2, 840, 113549, 1, 12, 1, 6], "pbeWithSHAAnd40BitRC2-CBC";
    /// `des-CBC`: RFC 8018 appendix B.2.
    DES_CBC = [1, 3, 14, 3, 2, 7], "des-CBC";
    /// `des-EDE3-CBC`: RFC 8018 appendix B.2.
    DES_EDE3_CBC = [1, 2, 840, 113549, 3, 7], "des-EDE3-CBC";
    /// `rc2CBC`: RFC 8018 appendix B.2.
    RC2_CBC = [1, 2, 840, 113549, 3, 2], "rc2CBC";
    /// `aes128-CBC`: RFC 3565 §4.1.
    AES_128_CBC = [2, 16, 840, 1, 101, 3, 4, 1, 2], "aes128-CBC";
    /// `aes192-CBC`: RFC 3565 §4.1.
    AES_192_CBC = [2, 16, 840, 1, 101, 3, 4, 1, 22], "aes192-CBC";
    /// `aes256-CBC`: RFC 3565 §4.1.
    AES_256_CBC = [2, 16, 840, 1, 101, 3, 4, 1, 42], "aes256-CBC";
    // containers
    /// `data`: RFC 5652 §4.
    PKCS7_DATA = [1, 2, 840, 113549, 1, 7, 1], "data";
    /// `signedData`: RFC 5652 §5.1.
    PKCS7_SIGNED_DATA = [1, 2, 840, 113549, 1, 7, 2], "signedData";
    /// `envelopedData`: RFC 5652 §6.1.
    PKCS7_ENVELOPED_DATA = [1, 2, 840, 113549, 1, 7, 3], "envelopedData";
    /// `encryptedData`: RFC 5652 §8.
    PKCS7_ENCRYPTED_DATA = [1, 2, 840, 113549, 1, 7, 6], "encryptedData";
    /// `keyBag`: RFC 7292 §4.2.
    PKCS12_KEY_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 1], "keyBag";
    /// `pkcs8ShroudedKeyBag`: RFC 7292 §4.2.
    PKCS12_SHROUDED_KEY_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 2], "pkcs8ShroudedKeyBag";
    /// `certBag`: RFC 7292 §4.2.
    PKCS12_CERT_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 3], "certBag";
    /// `crlBag`: RFC 7292 §4.2.
    PKCS12_CRL_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 4], "crlBag";
    /// `secretBag`: RFC 7292 §4.2.
    PKCS12_SECRET_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 5], "secretBag";
    /// `safeContentsBag`: RFC 7292 §4.2.
    PKCS12_SAFE_CONTENTS_BAG = [1, 2, 840, 113549, 1, 12, 10, 1, 6], "safeContentsBag";
    /// `x509Certificate`: RFC 7292 §4.2.3.
    X509_CERTIFICATE_TYPE = [1, 2, 840, 113549, 1, 9, 22, 1], "x509Certificate";
    /// `sdsiCertificate`: RFC 7292 §4.2.3.
    SDSI_CERTIFICATE_TYPE = [1, 2, 840, 113549, 1, 9, 22, 2], "sdsiCertificate";
    /// `friendlyName`: RFC 2985 §5.5.1.
    FRIENDLY_NAME = [1, 2, 840, 113549, 1, 9, 20], "friendlyName";
    /// `localKeyID`: RFC 2985 §5.5.2.
    LOCAL_KEY_ID = [1, 2, 840, 113549, 1, 9, 21], "localKeyID";
    /// `microsoftCSPName`: Microsoft, the key's provider.
    MICROSOFT_CSP_NAME = [1, 3, 6, 1, 4, 1, 311, 17, 1], "microsoftCSPName";
    /// `trustedKeyUsage`: JDK, marks a trusted entry.
    JDK_TRUSTED_KEY_USAGE = [2, 16, 840, 1, 113894, 746875, 1, 1], "trustedKeyUsage";
    /// `sunKeyProtector`: JDK, the key protector of JKS.
    JKS_KEY_PROTECTOR = [1, 3, 6, 1, 4, 1, 42, 2, 17, 1, 1], "sunKeyProtector";
    // attributes of requests
    /// `extensionRequest`: RFC 2985 §5.4.2.
    EXTENSION_REQUEST = [1, 2, 840, 113549, 1, 9, 14], "extensionRequest";
    /// `challengePassword`: RFC 2985 §5.4.1.
    CHALLENGE_PASSWORD = [1, 2, 840, 113549, 1, 9, 7], "challengePassword";
    /// `unstructuredName`: RFC 2985 §5.3.1.
    UNSTRUCTURED_NAME = [1, 2, 840, 113549, 1, 9, 2], "unstructuredName";
    /// `microsoftExtensionRequest`: Microsoft, as extensionRequest.
    MICROSOFT_EXTENSION_REQUEST = [1, 3, 6, 1, 4, 1, 311, 2, 1, 14], "microsoftExtensionRequest";
    /// `osVersion`: Microsoft, the version of Windows that made a request.
    MICROSOFT_OS_VERSION = [1, 3, 6, 1, 4, 1, 311, 13, 2, 3], "osVersion";
    /// `enrollmentNameValuePair`: Microsoft, a name and a value for the authority.
    MICROSOFT_NAME_VALUE_PAIR = [1, 3, 6, 1, 4, 1, 311, 13, 2, 1], "enrollmentNameValuePair";
    /// `enrollmentCSP`: Microsoft, the provider that holds the key.
    MICROSOFT_ENROLLMENT_CSP = [1, 3, 6, 1, 4, 1, 311, 13, 2, 2], "enrollmentCSP";
    /// `requestClientInfo`: Microsoft, the machine, user and program that made a request.
    MICROSOFT_CLIENT_INFO = [1, 3, 6, 1, 4, 1, 311, 21, 20], "requestClientInfo";
    /// `certificateTemplateName`: Microsoft, the template by name (version 1).
    MICROSOFT_TEMPLATE_NAME = [1, 3, 6, 1, 4, 1, 311, 20, 2], "certificateTemplateName";
    /// `certificateTemplate`: Microsoft, the template by identifier (version 2).
    MICROSOFT_TEMPLATE = [1, 3, 6, 1, 4, 1, 311, 21, 7], "certificateTemplate";
    /// `applicationCertPolicies`: Microsoft, purposes written as policies.
    MICROSOFT_APPLICATION_POLICIES = [1, 3, 6, 1, 4, 1, 311, 21, 10], "applicationCertPolicies";
    /// `smimeCapabilities`: RFC 8551 §2.5.2, RFC 4262.
    SMIME_CAPABILITIES = [1, 2, 840, 113549, 1, 9, 15], "smimeCapabilities";
    // distinguished names
    /// `commonName`: X.520 §6.2.2.
    COMMON_NAME = [2, 5, 4, 3], "commonName";
    /// `surname`: X.520 §6.2.3.
    SURNAME = [2, 5, 4, 4], "surname";
    /// `serialNumber`: X.520 §6.2.9.
    SERIAL_NUMBER = [2, 5, 4, 5], "serialNumber";
    /// `countryName`: X.520 §6.3.1.
    COUNTRY_NAME = [2, 5, 4, 6], "countryName";
    /// `localityName`: X.520 §6.3.4.
    LOCALITY_NAME = [2, 5, 4, 7], "localityName";
    /// `stateOrProvinceName`: X.520 §6.3.5.
    STATE_OR_PROVINCE_NAME = [2, 5, 4, 8], "stateOrProvinceName";
    /// `streetAddress`: X.520 §6.3.6.
    STREET_ADDRESS = [2, 5, 4, 9], "streetAddress";
    /// `organizationName`: X.520 §6.4.1.
    ORGANIZATION_NAME = [2, 5, 4, 10], "organizationName";
    /// `organizationalUnitName`: X.520 §6.4.2.
    ORGANIZATIONAL_UNIT_NAME = [2, 5, 4, 11], "organizationalUnitName";
    /// `title`: X.520 §6.4.3.
    TITLE = [2, 5, 4, 12], "title";
    /// `description`: X.520 §6.5.1.
    DESCRIPTION = [2, 5, 4, 13], "description";
    /// `businessCategory`: X.520 §6.5.4.
    BUSINESS_CATEGORY = [2, 5, 4, 15], "businessCategory";
    /// `postalCode`: X.520 §6.6.2.
    POSTAL_CODE = [2, 5, 4, 17], "postalCode";
    /// `telephoneNumber`: X.520 §6.7.1.
    TELEPHONE_NUMBER = [2, 5, 4, 20], "telephoneNumber";
    /// `name`: X.520 §6.2.1.
    NAME = [2, 5, 4, 41], "name";
    /// `givenName`: X.520 §6.2.4.
    GIVEN_NAME = [2, 5, 4, 42], "givenName";
    /// `initials`: X.520 §6.2.5.
    INITIALS = [2, 5, 4, 43], "initials";
    /// `generationQualifier`: X.520 §6.2.6.
    GENERATION_QUALIFIER = [2, 5, 4, 44], "generationQualifier";
    /// `dnQualifier`: X.520 §6.2.8.
    DN_QUALIFIER = [2, 5, 4, 46], "dnQualifier";
    /// `pseudonym`: X.520 §6.2.10.
    PSEUDONYM = [2, 5, 4, 65], "pseudonym";
    /// `organizationIdentifier`: X.520 §6.4.4, ETSI EN 319 412-1.
    ORGANIZATION_IDENTIFIER = [2, 5, 4, 97], "organizationIdentifier";
    /// `emailAddress`: RFC 2985 §5.2.1.
    EMAIL_ADDRESS = [1, 2, 840, 113549, 1, 9, 1], "emailAddress";
    /// `userId`: RFC 4519 §2.39.
    USER_ID = [0, 9, 2342, 19200300, 100, 1, 1], "userId";
    /// `domainComponent`: RFC 4519 §2.4.
    DOMAIN_COMPONENT = [0, 9, 2342, 19200300, 100, 1, 25], "domainComponent";
    /// `jurisdictionCountryName`: CA/Browser Forum EV guidelines §9.2.4.
    JURISDICTION_COUNTRY = [1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3], "jurisdictionCountryName";
    // extensions
    /// `subjectKeyIdentifier`: RFC 5280 §4.2.1.2.
    SUBJECT_KEY_IDENTIFIER = [2, 5, 29, 14], "subjectKeyIdentifier";
    /// `keyUsage`: RFC 5280 §4.2.1.3.
    KEY_USAGE = [2, 5, 29, 15], "keyUsage";
    /// `privateKeyUsagePeriod`: RFC 3280 §4.2.1.4.
    PRIVATE_KEY_USAGE_PERIOD = [2, 5, 29, 16], "privateKeyUsagePeriod";
    /// `subjectAltName`: RFC 5280 §4.2.1.6.
    SUBJECT_ALT_NAME = [2, 5, 29, 17], "subjectAltName";
    /// `issuerAltName`: RFC 5280 §4.2.1.7.
    ISSUER_ALT_NAME = [2, 5, 29, 18], "issuerAltName";
    /// `basicConstraints`: RFC 5280 §4.2.1.9.
    BASIC_CONSTRAINTS = [2, 5, 29, 19], "basicConstraints";
    /// `cRLNumber`: RFC 5280 §5.2.3.
    CRL_NUMBER = [2, 5, 29, 20], "cRLNumber";
    /// `cRLReasons`: RFC 5280 §5.3.1, the reason code of an entry.
    CRL_REASON = [2, 5, 29, 21], "cRLReasons";
    /// `invalidityDate`: RFC 5280 §5.3.2.
    INVALIDITY_DATE = [2, 5, 29, 24], "invalidityDate";
    /// `deltaCRLIndicator`: RFC 5280 §5.2.4.
    DELTA_CRL_INDICATOR = [2, 5, 29, 27], "deltaCRLIndicator";
    /// `issuingDistributionPoint`: RFC 5280 §5.2.5.
    ISSUING_DISTRIBUTION_POINT = [2, 5, 29, 28], "issuingDistributionPoint";
    /// `certificateIssuer`: RFC 5280 §5.3.3.
    CERTIFICATE_ISSUER = [2, 5, 29, 29], "certificateIssuer";
    /// `nameConstraints`: RFC 5280 §4.2.1.10.
    NAME_CONSTRAINTS = [2, 5, 29, 30], "nameConstraints";
    /// `cRLDistributionPoints`: RFC 5280 §4.2.1.13.
    CRL_DISTRIBUTION_POINTS = [2, 5, 29, 31], "cRLDistributionPoints";
    /// `certificatePolicies`: RFC 5280 §4.2.1.4.
    CERTIFICATE_POLICIES = [2, 5, 29, 32], "certificatePolicies";
    /// `policyMappings`: RFC 5280 §4.2.1.5.
    POLICY_MAPPINGS = [2, 5, 29, 33], "policyMappings";
    /// `authorityKeyIdentifier`: RFC 5280 §4.2.1.1.
    AUTHORITY_KEY_IDENTIFIER = [2, 5, 29, 35], "authorityKeyIdentifier";
    /// `policyConstraints`: RFC 5280 §4.2.1.11.
    POLICY_CONSTRAINTS = [2, 5, 29, 36], "policyConstraints";
    /// `extendedKeyUsage`: RFC 5280 §4.2.1.12.
    EXTENDED_KEY_USAGE = [2, 5, 29, 37], "extendedKeyUsage";
    /// `freshestCRL`: RFC 5280 §4.2.1.15.
    FRESHEST_CRL = [2, 5, 29, 46], "freshestCRL";
    /// `inhibitAnyPolicy`: RFC 5280 §4.2.1.14.
    INHIBIT_ANY_POLICY = [2, 5, 29, 54], "inhibitAnyPolicy";
    /// `authorityInfoAccess`: RFC 5280 §4.2.2.1.
    AUTHORITY_INFO_ACCESS = [1, 3, 6, 1, 5, 5, 7, 1, 1], "authorityInfoAccess";
    /// `qcStatements`: RFC 3739 §3.2.6.
    QC_STATEMENTS = [1, 3, 6, 1, 5, 5, 7, 1, 3], "qcStatements";
    /// `subjectInfoAccess`: RFC 5280 §4.2.2.2.
    SUBJECT_INFO_ACCESS = [1, 3, 6, 1, 5, 5, 7, 1, 11], "subjectInfoAccess";
    /// `tlsFeature`: RFC 7633.
    TLS_FEATURE = [1, 3, 6, 1, 5, 5, 7, 1, 24], "tlsFeature";
    /// `signedCertificateTimestampList`: RFC 6962 §3.3.
    CT_TIMESTAMPS = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2], "signedCertificateTimestampList";
    /// `netscapeCertType`: Netscape, certificate types.
    NETSCAPE_CERT_TYPE = [2, 16, 840, 1, 113730, 1, 1], "netscapeCertType";
    /// `netscapeComment`: Netscape, a comment.
    NETSCAPE_COMMENT = [2, 16, 840, 1, 113730, 1, 13], "netscapeComment";
    /// `typeProduitSante`: IGC-Santé, one octet (03, 83, 80).
    IGC_SANTE_PRODUCT_TYPE = [1, 2, 250, 1, 71, 1, 2, 5], "typeProduitSante";
    // parts of extensions
    /// `anyPolicy`: RFC 5280 §4.2.1.4.
    ANY_POLICY = [2, 5, 29, 32, 0], "anyPolicy";
    /// `cps`: RFC 5280 §4.2.1.4.
    POLICY_CPS = [1, 3, 6, 1, 5, 5, 7, 2, 1], "cps";
    /// `userNotice`: RFC 5280 §4.2.1.4.
    POLICY_USER_NOTICE = [1, 3, 6, 1, 5, 5, 7, 2, 2], "userNotice";
    /// `ocsp`: RFC 5280 §4.2.2.1.
    ACCESS_OCSP = [1, 3, 6, 1, 5, 5, 7, 48, 1], "ocsp";
    /// `caIssuers`: RFC 5280 §4.2.2.1.
    ACCESS_CA_ISSUERS = [1, 3, 6, 1, 5, 5, 7, 48, 2], "caIssuers";
    /// `userPrincipalName`: Microsoft, the name of a smart-card logon.
    OTHER_NAME_UPN = [1, 3, 6, 1, 4, 1, 311, 20, 2, 3], "userPrincipalName";
    // extended key usages
    /// `anyExtendedKeyUsage`: RFC 5280 §4.2.1.12.
    ANY_EXTENDED_KEY_USAGE = [2, 5, 29, 37, 0], "anyExtendedKeyUsage";
    /// `serverAuth`: RFC 5280 §4.2.1.12.
    SERVER_AUTH = [1, 3, 6, 1, 5, 5, 7, 3, 1], "serverAuth";
    /// `clientAuth`: RFC 5280 §4.2.1.12.
    CLIENT_AUTH = [1, 3, 6, 1, 5, 5, 7, 3, 2], "clientAuth";
    /// `codeSigning`: RFC 5280 §4.2.1.12.
    CODE_SIGNING = [1, 3, 6, 1, 5, 5, 7, 3, 3], "codeSigning";
    /// `emailProtection`: RFC 5280 §4.2.1.12.
    EMAIL_PROTECTION = [1, 3, 6, 1, 5, 5, 7, 3, 4], "emailProtection";
    /// `timeStamping`: RFC 5280 §4.2.1.12.
    TIME_STAMPING = [1, 3, 6, 1, 5, 5, 7, 3, 8], "timeStamping";
    /// `OCSPSigning`: RFC 5280 §4.2.1.12.
    OCSP_SIGNING = [1, 3, 6, 1, 5, 5, 7, 3, 9], "OCSPSigning";
    /// `smartCardLogon`: Microsoft, smart-card logon.
    SMART_CARD_LOGON = [1, 3, 6, 1, 4, 1, 311, 20, 2, 2], "smartCardLogon";
    /// `documentSigning`: Microsoft, document signing.
    DOCUMENT_SIGNING = [1, 3, 6, 1, 4, 1, 311, 10, 3, 12], "documentSigning";
    /// `ipsecEndSystem`: RFC 2459, IPsec.
    IPSEC_END_SYSTEM = [1, 3, 6, 1, 5, 5, 7, 3, 5], "ipsecEndSystem";
    /// `ipsecTunnel`: RFC 2459, IPsec.
    IPSEC_TUNNEL = [1, 3, 6, 1, 5, 5, 7, 3, 6], "ipsecTunnel";
    /// `ipsecUser`: RFC 2459, IPsec.
    IPSEC_USER = [1, 3, 6, 1, 5, 5, 7, 3, 7], "ipsecUser";
    /// `ipsecIKE`: RFC 4945 §5.1.3.12.
    IPSEC_IKE = [1, 3, 6, 1, 5, 5, 7, 3, 17], "ipsecIKE";
    /// `encryptingFileSystem`: Microsoft, file encryption.
    ENCRYPTING_FILE_SYSTEM = [1, 3, 6, 1, 4, 1, 311, 10, 3, 4], "encryptingFileSystem";
}

/// How many content octets the arcs take.
pub(super) const fn encoded_bytes(arcs: &[u32]) -> usize {
    let mut bytes = 0;
    let mut index = 1;
    while index < arcs.len() {
        let mut arc = subidentifier(arcs, index);
        bytes += 1;
        while arc >= 0x80 {
            arc >>= 7;
            bytes += 1;
        }
        index += 1;
    }
    bytes
}

/// The content octets of the arcs (X.690 §8.19).
// invariant: evaluated by the compiler only, where an index out of range does not compile
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "const evaluation has neither iterators nor TryFrom; a wrong index does not compile, and the cast is of 7 bits"
)]
pub(super) const fn encode<const BYTES: usize>(arcs: &[u32]) -> [u8; BYTES] {
    let mut out = [0; BYTES];
    let mut end = BYTES;
    let mut index = arcs.len() - 1;
    while index > 0 {
        let mut arc = subidentifier(arcs, index);
        end -= 1;
        out[end] = (arc & 0x7f) as u8;
        arc >>= 7;
        while arc > 0 {
            end -= 1;
            out[end] = (arc & 0x7f) as u8 | 0x80;
            arc >>= 7;
        }
        index -= 1;
    }
    out
}

/// The subidentifier at an index from 1: the first two arcs share one.
// invariant: evaluated by the compiler only, where an index out of range does not compile
#[expect(
    clippy::indexing_slicing,
    reason = "const evaluation has no iterators; a wrong index does not compile"
)]
const fn subidentifier(arcs: &[u32], index: usize) -> u32 {
    if index == 1 {
        arcs[0] * 40 + arcs[1]
    } else {
        arcs[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_what_parsing_gives() {
        for (oid, _) in NAMES {
            assert_eq!(Oid::parse(&oid.to_string()).as_ref(), Some(oid));
        }
        assert_eq!(
            JDK_TRUSTED_KEY_USAGE.to_string(),
            "2.16.840.1.113894.746875.1.1"
        );
        assert_eq!(USER_ID.to_string(), "0.9.2342.19200300.100.1.1");
    }

    #[test]
    fn no_identifier_and_no_name_is_there_twice() {
        for (index, (oid, name)) in NAMES.iter().enumerate() {
            for (other_oid, other_name) in NAMES.iter().skip(index + 1) {
                assert_ne!(oid, other_oid);
                assert_ne!(name, other_name);
            }
        }
    }

    #[test]
    fn names_are_found() {
        assert_eq!(name_of(&KEY_USAGE), Some("keyUsage"));
        assert_eq!(Oid::parse("1.2.3").as_ref().and_then(name_of), None);
    }
}
