package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyTypeTest {
    @Test
    void jsonAndWhatToolsSayOfAnyBodyIsTaken() {
        assertThat(BodyType.of(null)).isEqualTo(BodyType.JSON);
        assertThat(BodyType.of("application/json; charset=utf-8")).isEqualTo(BodyType.JSON);
        assertThat(BodyType.of("application/x-www-form-urlencoded")).isEqualTo(BodyType.JSON);
        assertThat(BodyType.of("application/senml+json")).isEqualTo(BodyType.JSON);
    }

    @Test
    void linesAreTakenUnderTheirNames() {
        assertThat(BodyType.of("Application/X-NDJSON")).isEqualTo(BodyType.LINES);
    }

    @Test
    void allElseIsNot() {
        assertThat(BodyType.of("application/cbor")).isEqualTo(BodyType.UNSUPPORTED);
        assertThat(BodyType.of("multipart/form-data; boundary=x")).isEqualTo(BodyType.UNSUPPORTED);
        assertThat(BodyType.of("image/+json")).isEqualTo(BodyType.UNSUPPORTED);
    }
}
