package io.millrace.commands.access;

import io.millrace.schemas.Role;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The OpenID Connect issuer whose tokens are good here too.
 *
 * @param issuer as its discovery document names it
 * @param audiences of which a token must name one
 * @param nameClaim the claim that a person is called by here
 * @param roleClaim the claim with a person's roles: a name, or a path with dots
 * @param roles which of its values are which role
 * @param ca PEM of the authority that signed the issuer's certificate, if Java does not know it
 */
public record OidcConfig(
        URI issuer,
        List<String> audiences,
        String nameClaim,
        String roleClaim,
        Map<String, Role> roles,
        Optional<Path> ca) {

    public OidcConfig {
        audiences = List.copyOf(audiences);
        roles = Map.copyOf(roles);
    }
}
