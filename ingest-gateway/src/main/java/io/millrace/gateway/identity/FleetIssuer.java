package io.millrace.gateway.identity;

import java.util.List;
import java.util.Optional;

/**
 * Who signs tokens for any device of the fleet.
 *
 * @param name its tokens' {@code iss}
 * @param audience that its tokens must be meant for, if it is said
 */
record FleetIssuer(String name, Optional<String> audience, List<TokenKey> keys) {
    FleetIssuer {
        keys = List.copyOf(keys);
    }
}
