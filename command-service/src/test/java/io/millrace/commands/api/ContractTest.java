package io.millrace.commands.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ContractTest {
    private static final Vertx vertx = Vertx.vertx();
    private static final Operation LIST = operation("listThings");
    private static final Operation LOGIN = operation("login");

    @AfterAll
    static void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void methodRoleAndBodyAreThoseOfTheDocument() {
        List<Endpoint> endpoints = document("[{bearer: [operator]}]", "[]").endpoints(List.of(LIST, LOGIN));

        assertThat(endpoints).extracting(Endpoint::id).containsExactly("listThings", "login");
        assertThat(endpoints).extracting(Endpoint::method).containsExactly(HttpMethod.GET, HttpMethod.POST);
        assertThat(endpoints.get(0).needed()).contains(Role.OPERATOR);
        assertThat(endpoints.get(1).needed()).isEmpty();
        assertThat(endpoints.get(0).bodyTypes()).isEmpty();
        assertThat(endpoints.get(1).bodyTypes()).isEqualTo(Set.of("text/plain"));
        assertThat(endpoints.get(1).bodyRequired()).isTrue();
    }

    @Test
    void whatOnlyTheDocumentOrOnlyTheServiceKnowsIsNamed() {
        assertThatThrownBy(() -> document("[]", "[]").endpoints(List.of(LOGIN, operation("logout"))))
                .hasMessageContainingAll("[listThings], which nobody answers", "lacks [logout]");
        assertThatThrownBy(() -> document("[]", "[]").endpoints(List.of(LIST, LOGIN, LOGIN)))
                .hasMessageContaining("login is answered twice");
    }

    @Test
    void whoForgetsToSayWhoMayDoesNotOpenItToEverybody() {
        for (String security : List.of("null", "[{}]", "[{bearer: []}]", "[{bearer: [viewer, admin]}]")) {
            assertThatThrownBy(() -> document(security, "[]").endpoints(List.of(LIST, LOGIN)))
                    .as(security)
                    .hasMessageContaining("listThings: security");
        }
        assertThatThrownBy(() -> document("[{bearer: [king]}]", "[]").endpoints(List.of(LIST, LOGIN)))
                .hasMessageContaining("king");
    }

    @Test
    void onlyTheLoginIsOpenToEverybodyAndWhoLooksChangesNothing() {
        Contract contract = join(Contract.load(vertx));
        List<Endpoint> endpoints = contract.endpoints(contract.openApi().operations().stream()
                .map(described -> operation(described.getOperationId()))
                .toList());

        assertThat(endpoints)
                .filteredOn(endpoint -> endpoint.needed().isEmpty())
                .extracting(Endpoint::id)
                .containsExactlyInAnyOrder(
                        "login", "refreshToken", "logout", "openSession", "refreshSession", "endSession");
        assertThat(endpoints)
                .filteredOn(endpoint ->
                        endpoint.method() != HttpMethod.GET && endpoint.needed().equals(Optional.of(Role.VIEWER)))
                .extracting(Endpoint::id)
                .containsExactly("changeMyPassword");
    }

    private static Operation operation(String id) {
        return new Operation(id, call -> Future.succeededFuture(Answer.nothing()));
    }

    private static Contract document(String ofList, String ofLogin) {
        String yaml = """
                openapi: 3.1.0
                info: {title: Things, version: "1"}
                components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
                paths:
                  /things:
                    get:
                      operationId: listThings
                      %s
                      responses: {"200": {description: Things}}
                  /login:
                    post:
                      operationId: login
                      security: %s
                      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
                      responses: {"200": {description: In}}
                """.formatted(ofList.equals("null") ? "tags: [none]" : "security: " + ofList, ofLogin);
        return join(Contract.of(vertx, Buffer.buffer(yaml)));
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
