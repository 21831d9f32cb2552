package io.millrace.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The REST API as a command calls it, on the command's own thread. Whatever goes wrong is an {@link ApiFailure}. */
final class Api {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** Of imports, exports and the like. */
    private static final Duration STREAM = Duration.ofHours(1);

    private final String url;
    private final String key;
    private final HttpClient http;

    /**
     * @param url of the server, without path
     * @param trusted whose certificates count; empty for those that Java knows
     */
    Api(String url, String key, Optional<X509TrustManager> trusted) {
        this.url = url.replaceFirst("/+$", "");
        this.key = key;
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        trusted.ifPresent(manager -> client.sslContext(tls(manager)));
        this.http = client.build();
    }

    private static SSLContext tls(X509TrustManager trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trusted}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonNode get(String path) {
        return json(request(path, ANSWER).GET());
    }

    JsonNode post(String path, JsonNode body) {
        return json(with(path, "POST", body));
    }

    JsonNode patch(String path, JsonNode body) {
        return json(with(path, "PATCH", body));
    }

    JsonNode put(String path, JsonNode body) {
        return json(with(path, "PUT", body));
    }

    /** Without a body. */
    JsonNode call(String method, String path) {
        return json(request(path, ANSWER).method(method, BodyPublishers.noBody()));
    }

    /** The answer line by line, as it arrives; broken off, the stream fails. */
    Stream<String> lines(String method, String path, String type, BodyPublisher body) {
        HttpRequest.Builder request = request(path, STREAM).method(method, body);
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<Stream<String>> response = send(request, BodyHandlers.ofLines());
        if (response.statusCode() >= 300) {
            throw problem(
                    response.statusCode(), String.join("\n", response.body().toList()));
        }
        return response.body();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder with(String path, String method, JsonNode body) {
        return request(path, ANSWER)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofByteArray(Json.write(body)));
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        try {
            return HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                    .timeout(timeout)
                    .header("Authorization", "Bearer " + key);
        } catch (IllegalArgumentException e) {
            throw ApiFailure.usage(
                    "--url " + url + ": " + e.getMessage() + " (expected such as http://127.0.0.1:8080)");
        }
    }

    private JsonNode json(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            byte[] bytes = body.readAllBytes();
            if (response.statusCode() >= 300) {
                throw problem(response.statusCode(), new String(bytes, UTF_8));
            }
            return bytes.length == 0 ? Json.mapper().createObjectNode() : Json.read(bytes, JsonNode.class);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (IllegalArgumentException e) {
            throw ApiFailure.failed(url + " answers something that is no JSON (is it Millrace?)");
        }
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (HttpTimeoutException e) {
            throw ApiFailure.failed("no answer from " + url + " in time");
        } catch (ConnectException e) {
            throw ApiFailure.failed((isUnresolved(e) ? "there is no host of that name: " : "nobody answers at ") + url
                    + " (start ./millrace up, or give --url)");
        } catch (SSLException e) {
            throw untrusted(e);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiFailure.failed("interrupted");
        }
    }

    private static boolean isUnresolved(Throwable failure) {
        return failure instanceof UnresolvedAddressException
                || failure.getCause() != null && isUnresolved(failure.getCause());
    }

    private ApiFailure untrusted(SSLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return ApiFailure.failed("the certificate of " + url
                        + " is not trusted (if it is of an authority of your own, give its PEM file with --ca)");
            }
            if (cause instanceof CertificateException && cause.getCause() == null) {
                return ApiFailure.failed("the certificate of " + url + " is not for that name: " + cause.getMessage());
            }
        }
        return ApiFailure.failed("no TLS with " + url + ": " + e.getMessage() + " (is it an http:// address?)");
    }

    private ApiFailure unreachable(IOException e) {
        String https = url.startsWith("http://") ? " (is it an https:// address?)" : "";
        return ApiFailure.failed("the connection to " + url + " broke: " + e.getMessage() + https);
    }

    /** The problem's own words; they name the field and what was expected. */
    private ApiFailure problem(int status, String body) {
        String detail;
        try {
            detail = Json.read(body.getBytes(UTF_8), JsonNode.class)
                    .path("detail")
                    .asText();
        } catch (IllegalArgumentException e) {
            detail = "";
        }
        return switch (status) {
            case 401 -> ApiFailure.usage(url + " does not know this API key (see --api-key)");
            case 403 -> ApiFailure.failed("this API key may not: " + detail);
            default -> ApiFailure.failed(detail.isEmpty() ? url + " answers " + status : detail);
        };
    }
}
