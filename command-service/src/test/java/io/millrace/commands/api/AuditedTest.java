package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditedTest {
    @Test
    void whatIsLeftOutOfTheLogIsThere() throws IOException {
        try (InputStream in = Api.class.getResourceAsStream("/openapi.yaml")) {
            assertThat(in).isNotNull();
            Set<String> ids = new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(String::trim)
                    .filter(line -> line.startsWith("operationId: "))
                    .map(line -> line.substring("operationId: ".length()))
                    .collect(Collectors.toSet());
            assertThat(ids)
                    .containsAll(Stream.concat(Audited.QUESTIONS.stream(), Audited.RECORDED.stream())
                            .toList());
        }
    }
}
