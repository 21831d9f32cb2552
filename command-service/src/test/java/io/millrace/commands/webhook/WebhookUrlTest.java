package io.millrace.commands.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlTest {
    @Test
    void portAndPathHaveDefaults() {
        assertThat(WebhookUrl.parse("https://example.org")).isEqualTo(new WebhookUrl(true, "example.org", 443, "/"));
        assertThat(WebhookUrl.parse("HTTP://10.0.0.1:9093/api?a=b%20c"))
                .isEqualTo(new WebhookUrl(false, "10.0.0.1", 9093, "/api?a=b%20c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.org",
                "ftp://example.org",
                "file:///etc/passwd",
                "http://",
                "http:///x",
                "https://a:b@example.org",
                "https://example.org/#x",
                "https://example.org:0/",
                "https://example.org:70000/",
                "http://exa mple.org",
                "http://ex\r\nample.org",
                "https://bücher.example"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> WebhookUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(WebhookUrl.EXPECTED);
    }
}
