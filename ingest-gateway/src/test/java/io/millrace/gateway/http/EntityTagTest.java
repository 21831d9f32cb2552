package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    private static final String TAG = EntityTag.of(new byte[] {1});

    @Test
    void sameContentHasTheSameTagAndOtherContentAnother() {
        assertThat(TAG).matches("\"[0-9a-f]{16}\"").isEqualTo(EntityTag.of(new byte[] {1}));
        assertThat(EntityTag.of(new byte[] {2})).isNotEqualTo(TAG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "\"other\", %s", "W/%s", "*"})
    void whoeverHasItSaysSo(String header) {
        assertThat(EntityTag.isAmong(String.format(header, TAG), TAG)).isTrue();
    }

    @Test
    void otherTagsAreNotIt() {
        assertThat(EntityTag.isAmong(null, TAG)).isFalse();
        assertThat(EntityTag.isAmong("\"other\"", TAG)).isFalse();
    }
}
