package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FailureLimitTest {
    private static final String SITE = "192.0.2.7";

    private long nanos;
    private final FailureLimit limit = new FailureLimit(
            new FailureLimit.Rate(3, Duration.ofSeconds(10)),
            new FailureLimit.Rate(10, Duration.ofSeconds(1)),
            () -> nanos);

    private void fail(String address, String name, int times) {
        for (int i = 0; i < times; i++) {
            limit.failed(address, name);
        }
    }

    private boolean isLookedAt(String address, String name) {
        return limit.delay(address, name).isZero();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void aNameMayFailAFewTimesThenOncePerInterval() {
        fail(SITE, "d1", 2);
        assertThat(isLookedAt(SITE, "d1")).isTrue();
        fail(SITE, "d1", 1);
        assertThat(limit.delay(SITE, "d1")).isEqualTo(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(isLookedAt(SITE, "d1")).isTrue();
        fail(SITE, "d1", 1);
        assertThat(isLookedAt(SITE, "d1")).isFalse();
        pass(Duration.ofSeconds(40));
        fail(SITE, "d1", 2);
        assertThat(isLookedAt(SITE, "d1")).isTrue();
    }

    @Test
    void aWrongBoardDoesNotLockOutItsNeighboursNorItselfElsewhere() {
        fail(SITE, "d1", 5);
        assertThat(isLookedAt(SITE, "d2")).isTrue();
        assertThat(isLookedAt("192.0.2.8", "d1")).isTrue();
    }

    @Test
    void fromAnAddressWithManyFailuresOnlyThoseWhoSucceededThereAreLookedAt() {
        limit.succeeded(SITE, "good");
        for (int i = 0; i < 10; i++) {
            fail(SITE, "guess-" + i, 1);
        }
        assertThat(isLookedAt(SITE, "good")).isTrue();
        assertThat(isLookedAt(SITE, "new")).isFalse();
        assertThat(isLookedAt("198.51.100.1", "new")).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(isLookedAt(SITE, "new")).isTrue();
    }

    @Test
    void whoSucceedsIsForgiven() {
        fail(SITE, "d1", 2);
        limit.succeeded(SITE, "d1");
        fail(SITE, "d1", 2);
        assertThat(isLookedAt(SITE, "d1")).isTrue();
    }

    @Test
    void anIpv6SourceIsItsPrefix() {
        fail("2001:db8:0:1::1", "d1", 3);
        assertThat(isLookedAt("2001:db8:0:1:ffff::2", "d1")).isFalse();
        assertThat(isLookedAt("2001:db8:0:2::1", "d1")).isTrue();
        fail("::ffff:192.0.2.7", "d1", 3);
        assertThat(isLookedAt(SITE, "d1")).isFalse();
        assertThat(FailureLimit.network("fe80::1%eth0")).isEqualTo(FailureLimit.network("fe80::2%eth0"));
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < 60_000; i++) {
            limit.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), "x".repeat(1 + i % 300));
        }
        assertThat(limit.size()).isLessThanOrEqualTo(50_000).isGreaterThan(30_000);
        pass(Duration.ofHours(1));
        fail(SITE, "d1", 3);
        assertThat(isLookedAt(SITE, "d1")).isFalse();
    }

    /** All of these have one and the same {@link String#hashCode}. */
    private static String alike(int i) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 14; bit++) {
            name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }

    @Test
    void namesThatLookAlikeToAHashTableAreToldApart() {
        limit.succeeded(SITE, alike(0));
        fail(SITE, "guess", 10);
        assertThat(isLookedAt(SITE, alike(0))).isTrue();
        assertThat(isLookedAt(SITE, alike(1))).isFalse();
    }

    /** 16,000 in one place of a table would take minutes. */
    @Test
    @Timeout(30)
    void namesThatLookAlikeDoNotMakeItSlow() {
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 1 << 14; i++) {
                fail(SITE, alike(i), 1);
            }
        }
        assertThat(isLookedAt(SITE, alike(0))).isFalse();
    }
}
