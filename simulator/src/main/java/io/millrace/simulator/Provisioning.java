package io.millrace.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Lets devices provision themselves at a gateway, as boards do that come with one key for all: each with a secret that it has drawn,
 * and again a second later if the gateway has no time. A device that is there already is not taken over.
 */
final class Provisioning {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARALLEL = 16;
    private static final int MOST_TRIES = 60;

    private final RestClient rest;
    private final String url;

    Provisioning(URI gateway, String provisioningKey, Optional<Path> ca) {
        this.rest = new RestClient(provisioningKey, ca);
        this.url = gateway.toString().replaceAll("/+$", "") + "/provision";
    }

    /** Blocks until all are; the exception names the first that could not be. */
    List<DeviceCredentials> provision(List<String> deviceIds) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<DeviceCredentials>> pending = new ArrayList<>();
            for (String deviceId : deviceIds) {
                pending.add(workers.submit(() -> provision(deviceId)));
            }
            List<DeviceCredentials> provisioned = new ArrayList<>();
            for (Future<DeviceCredentials> device : pending) {
                provisioned.add(device.get());
            }
            return provisioned;
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("devices could not be provisioned: " + failure.getCause(), failure);
        } finally {
            List<Runnable> unused = workers.shutdownNow();
        }
    }

    private DeviceCredentials provision(String deviceId) throws IOException, InterruptedException {
        String secret = NewSecret.draw();
        String wish = JSON.createObjectNode()
                .put("deviceId", deviceId)
                .put("type", Enrolment.TYPE)
                .put("secret", secret)
                .toString();
        for (int tries = 1; ; tries++) {
            HttpResponse<String> answer = rest.post(url, "application/json", wish);
            int status = answer.statusCode();
            if (status == 200 || status == 201) {
                return DeviceCredentials.withSecret(deviceId, secret);
            }
            if (status != 429 && status != 503 || tries == MOST_TRIES) {
                throw RestClient.unexpected("POST " + url + " for device " + deviceId, answer);
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }
}
