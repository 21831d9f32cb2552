package io.millrace.gateway.identity;

import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.security.Security;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often this JVM makes a SHA-256, by being the first that is asked for one. */
final class CountedDigests implements AutoCloseable {
    private static final String NAME = "counted-digests";
    private static final LongAdder MADE = new LongAdder();

    /** Java's own, counted. */
    public static final class Sha256 extends MessageDigestSpi {
        private final MessageDigest real;

        public Sha256() throws NoSuchAlgorithmException, NoSuchProviderException {
            real = MessageDigest.getInstance("SHA-256", "SUN");
        }

        @Override
        protected void engineUpdate(byte input) {
            real.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            real.update(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            MADE.increment();
            return real.digest();
        }

        @Override
        protected void engineReset() {
            real.reset();
        }
    }

    private static final class First extends Provider {
        private static final long serialVersionUID = 1;

        First() {
            super(NAME, "1", "counts");
            put("MessageDigest.SHA-256", Sha256.class.getName());
        }
    }

    CountedDigests() {
        if (Security.insertProviderAt(new First(), 1) != 1) {
            throw new IllegalStateException("not the first provider");
        }
    }

    long during(Runnable work) {
        long before = MADE.sum();
        work.run();
        return MADE.sum() - before;
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }
}
