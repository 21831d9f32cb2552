package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandServiceConfigTest {
    @Test
    void withoutAnySettingItListensOnLoopback() {
        CommandServiceConfig config = CommandServiceConfig.of(Settings.builder().build());

        assertThat(config.http().host()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(8080);
        assertThat(config.commands().dispatchTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.admin().password()).isEmpty();
        assertThat(config.consumer("x", 7)).doesNotContainKey("group.instance.id");
    }

    @Test
    void theEnvironmentGivesTheAdminsPassword() {
        CommandServiceConfig config = CommandServiceConfig.of(Settings.builder()
                .environment(Map.of("MILLRACE_ADMIN_PASSWORD", "s3cret", "MILLRACE_INSTANCE_ID", "standalone"))
                .build());

        assertThat(config.admin().password()).contains("s3cret");
        assertThat(config.toString()).doesNotContain("s3cret");
        assertThat(config.consumer("commands", 7)).containsEntry("group.instance.id", "standalone-commands");
    }

    @Test
    void aUrlThatIsNoneIsNamedWithWhatWasExpected() {
        Settings settings =
                Settings.builder().override("database.url", "jdbc:mysql://x").build();
        CommandServiceConfig config = CommandServiceConfig.of(settings);

        assertThat(config.database().url()).isEqualTo("jdbc:mysql://x");
        assertThatThrownBy(settings::finish)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database.url")
                .hasMessageContaining("postgresql://host:port/database");

        Settings parameters = Settings.builder()
                .override("database.url", "postgresql://db:5432/millrace?sslmode=require")
                .build();
        var unused = CommandServiceConfig.of(parameters);
        assertThatThrownBy(parameters::finish).hasMessageContaining("database.tls.ca");
    }

    @Test
    void anAdminPasswordThatNobodyCouldLogInWithIsNamedButNotShown() {
        for (String password : List.of("s3cret", "s3cret".repeat(12))) {
            Settings settings = Settings.builder()
                    .override("admin.username", "the admin")
                    .override("admin.password", password)
                    .build();
            var unused = CommandServiceConfig.of(settings);
            assertThatThrownBy(settings::finish)
                    .hasMessageContaining("admin.username")
                    .hasMessageContaining("admin.password: " + password.length() + " characters")
                    .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("s3cret"));
        }
    }

    @Test
    void anIssuerNeedsHttpsAndAnAudienceAndProxiesAreAddresses() {
        Settings settings = Settings.builder()
                .override("http.oidc.issuer", "http://sso.example/realms/x")
                .override("http.trusted-proxies", "10.0.0.0/8,proxy.example")
                .build();
        assertThat(CommandServiceConfig.of(settings).access().oidc()).isEmpty();
        assertThatThrownBy(settings::finish)
                .hasMessageContaining("http.oidc.issuer")
                .hasMessageContaining("https://")
                .hasMessageContaining("http.trusted-proxies")
                .hasMessageContaining("10.0.0.0/8");

        Settings open = Settings.builder()
                .override("http.oidc.issuer", "https://sso.example/realms/x")
                .build();
        var unused = CommandServiceConfig.of(open);
        assertThatThrownBy(open::finish).hasMessageContaining("http.oidc.audience");
    }

    @Test
    void theGreatestRoleThatAValueIsGivenCounts() {
        CommandServiceConfig config = CommandServiceConfig.of(Settings.builder()
                .override("http.oidc.issuer", "http://localhost:8180/realms/x")
                .override("http.oidc.audience", "millrace")
                .override("http.oidc.roles.viewer", "staff,ops")
                .override("http.oidc.roles.operator", "ops")
                .build());

        assertThat(config.access().oidc().orElseThrow().roles())
                .containsEntry("staff", Role.VIEWER)
                .containsEntry("ops", Role.OPERATOR)
                .containsEntry("millrace-admin", Role.ADMIN);
    }
}
