package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretDigestTest {
    @Test
    void matchesTheSecretItWasMadeOfAndNoOther() {
        SecretDigest digest = SecretDigest.parse(SecretDigest.of("s3cret").text());

        assertThat(digest.matches("s3cret")).isTrue();
        assertThat(digest.matches("s3creT")).isFalse();
        assertThat(digest.matches("")).isFalse();
    }

    @Test
    void equalSecretsHaveDifferentDigests() {
        assertThat(SecretDigest.of("same")).isNotEqualTo(SecretDigest.of("same"));
    }

    @Test
    void newSecretsAreLongAndPlain() {
        assertThat(SecretDigest.newSecret()).matches("[A-Za-z0-9]{27}").isNotEqualTo(SecretDigest.newSecret());
    }

    @Test
    void doesNotShowItselfInLogs() {
        assertThat(SecretDigest.of("x").toString()).doesNotContain(":");
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> SecretDigest.parse("md5:abc:def")).hasMessageContaining("sha256:salt:hash");
        assertThatThrownBy(() -> SecretDigest.parse("sha256:YWJj:YWJj")).hasMessageContaining("16 bytes");
    }
}
