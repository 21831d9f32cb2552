package io.millrace.runtime.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys as OpenSSL writes them: PKCS#8, and the older forms for EC (SEC 1) and RSA (PKCS#1), which the JDK does not read.
 * Those are what PKCS#8 wraps together with an algorithm, and the algorithm stands in the certificate too.
 */
final class PrivateKeyPem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:EC |RSA |ENCRYPTED )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};

    private PrivateKeyPem() {}

    /**
     * @param certified the public key that it belongs to
     * @throws GeneralSecurityException saying why it cannot be read
     */
    static PrivateKey read(byte[] pem, PublicKey certified) throws GeneralSecurityException {
        Matcher found = KEY.matcher(new String(pem, US_ASCII));
        if (!found.find()) {
            throw new GeneralSecurityException("expected -----BEGIN PRIVATE KEY-----");
        }
        String kind = found.group(1);
        if (kind.equals("ENCRYPTED ")) {
            throw new GeneralSecurityException("it is encrypted (expected one without passphrase)");
        }
        byte[] der = decode(found.group(2));
        byte[] pkcs8 = kind.isEmpty() ? der : wrap(der, certified);
        return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("its Base64 is broken", e);
        }
    }

    private static byte[] wrap(byte[] key, PublicKey certified) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_0);
        content.writeBytes(algorithm(certified.getEncoded()));
        content.writeBytes(element(OCTETS, key));
        return element(SEQUENCE, content.toByteArray());
    }

    /** The first element of a SubjectPublicKeyInfo, which the JDK has written. */
    private static byte[] algorithm(byte[] publicKeyInfo) {
        ByteBuffer der = ByteBuffer.wrap(publicKeyInfo);
        der.get();
        var unused = length(der);
        int start = der.position();
        der.get();
        int length = length(der);
        byte[] algorithm = new byte[der.position() - start + length];
        der.position(start).get(algorithm);
        return algorithm;
    }

    private static int length(ByteBuffer der) {
        int first = der.get() & 0xff;
        int length = first;
        if (first >= 0x80) {
            length = 0;
            for (int i = first & 0x7f; i > 0; i--) {
                length = length << 8 | der.get() & 0xff;
            }
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
