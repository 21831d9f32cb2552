package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/config says what the services read: written anew by {@code ./millrace SERVICE --reference > docs/config/SERVICE.yaml}. */
class ConfigReferenceTest {
    @Test
    void everyServiceHasItsReferenceAndItIsUpToDate() throws IOException {
        for (ServiceCommand<?> service : Millrace.services()) {
            Path file = Path.of("..", "docs", "config", service.name() + ".yaml");
            assertThat(Files.readString(file)).as(file.toString()).isEqualTo(service.reference());
        }
    }
}
