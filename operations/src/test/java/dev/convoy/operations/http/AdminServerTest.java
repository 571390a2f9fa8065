package dev.convoy.operations.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.operations.metrics.ProcessMeters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the admin door shows to whom, over real HTTP. */
class AdminServerTest {
    private static final String TOKEN = "a-token-of-some-length";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile Optional<String> trouble = Optional.empty();
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        server = start(Optional.of(TOKEN));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private AdminServer start(Optional<String> token) throws Exception {
        AdminSettings settings = new AdminSettings(InetAddress.getLoopbackAddress(), 0, token);
        return AdminServer.start(vertx, settings, health(), ProcessMeters.create(), this::calls)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Health health() {
        return new Health() {
            @Override
            public Optional<String> notStarted() {
                return Optional.empty();
            }

            @Override
            public Optional<String> notReady() {
                return trouble;
            }

            @Override
            public Optional<String> notAlive() {
                return Optional.empty();
            }
        };
    }

    private void calls(AdminCalls calls) {
        calls.get(
                "/things/:id",
                request -> Future.succeededFuture(new JsonObject()
                        .put("id", request.path("id"))
                        .put("limit", request.query("limit", 10, 1, 100))));
        calls.post(
                "/things/:id",
                request -> Future.succeededFuture(new JsonObject()
                        .put("reason", request.text("reason", 10).orElse("none"))
                        .put("seconds", request.number("seconds", 1, 60).orElse(0L))));
        calls.get("/gone", request -> Future.failedFuture(AdminFailure.notFound("It is gone.")));
        calls.get("/broken", request -> {
            throw new IllegalStateException("a secret detail");
        });
        calls.open("/state", request -> Future.succeededFuture(new JsonObject().put("state", "fine")));
        calls.page("/", "dev/convoy/operations/http/AdminServerTest.class", "text/html");
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).GET());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path, "Authorization", "Bearer " + TOKEN).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static String error(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("error");
    }

    @Test
    void healthIsOpenToEverybodyAndSaysWhatIsWrong() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/startupz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        trouble = Optional.of("It is draining.");
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("It is draining.\n");
    }

    @Test
    void metricsAreOpenAndOfPrometheusForm() throws Exception {
        HttpResponse<String> metrics = get("/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body())
                .contains("# TYPE jvm_memory_used_bytes gauge")
                .contains("process_uptime_seconds ");
    }

    @Test
    void whatIsDeclaredOpenIsToldToEverybody() throws Exception {
        HttpResponse<String> state = get("/state");
        assertThat(state.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(state.body()).getString("state")).isEqualTo("fine");
        assertThat(get("/v1/state").statusCode()).isEqualTo(401);
    }

    @Test
    void callsNeedTheToken() throws Exception {
        for (String[] headers : new String[][] {
            {},
            {"Authorization", "Bearer"},
            {"Authorization", "Bearer " + TOKEN + "x"},
            {"Authorization", "Bearer x" + TOKEN.substring(1)},
            {"Authorization", "Basic " + TOKEN}
        }) {
            HttpResponse<String> refused = get("/v1/things/7", headers);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(error(refused)).contains("token");
        }
        // Not even whether there is such a call is told.
        assertThat(get("/v1/no-such-thing").statusCode()).isEqualTo(401);
        HttpResponse<String> allowed = get("/v1/things/a%20b?limit=5", "Authorization", "bearer " + TOKEN);
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(allowed.body()))
                .isEqualTo(new JsonObject().put("id", "a b").put("limit", 5));
    }

    @Test
    void withoutATokenThereAreNoCalls() throws Exception {
        server = start(Optional.empty());
        for (String presented : new String[] {"", "null", TOKEN}) {
            HttpResponse<String> refused = get("/v1/things/7", "Authorization", "Bearer " + presented);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(error(refused)).contains("CONVOY_ADMIN_TOKEN");
        }
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsAskedIsChecked() throws Exception {
        String[] bearer = {"Authorization", "Bearer " + TOKEN};
        assertThat(error(get("/v1/things/7?limit=101", bearer)))
                .isEqualTo("'limit' must be a whole number from 1 to 100.");
        assertThat(error(get("/v1/things/7?limit=x", bearer))).contains("'limit'");
        assertThat(get("/v1/nothing", bearer).statusCode()).isEqualTo(404);
        assertThat(error(get("/v1/gone", bearer))).isEqualTo("It is gone.");
        assertThat(get("/v1/gone", bearer).statusCode()).isEqualTo(404);
        HttpResponse<String> wrongMethod = post("/v1/gone", "{}");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(error(wrongMethod)).contains("does not take");
        HttpResponse<String> broken = get("/v1/broken", bearer);
        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).doesNotContain("secret detail");
    }

    @Test
    void aBodyIsAJsonObjectOfAFewKilobytes() throws Exception {
        assertThat(post("/v1/things/7", "").body()).contains("\"reason\":\"none\"");
        assertThat(post("/v1/things/7", "{\"reason\":\"spam\",\"seconds\":9}").body())
                .contains("spam")
                .contains("9");
        for (String wrong : new String[] {
            "[1]",
            "{",
            "\"x\"",
            "7",
            "{\"reason\":7}",
            "{\"seconds\":1.5}",
            "{\"seconds\":61}",
            "{\"reason\":\"12345678901\"}"
        }) {
            assertThat(post("/v1/things/7", wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        HttpResponse<String> tooLarge = post("/v1/things/7", "{\"reason\":\"" + "x".repeat(20_000) + "\"}");
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(error(tooLarge)).contains("16384");
    }

    @Test
    void pagesAreOpenAndHardened() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'self'");
        assertThat(get("/no-such-page").statusCode()).isEqualTo(404);
    }

    @Test
    void aPortThatIsTakenIsRefused() {
        AdminSettings taken = new AdminSettings(InetAddress.getLoopbackAddress(), server.port(), Optional.empty());
        Future<AdminServer> second =
                AdminServer.start(Vertx.vertx(), taken, health(), ProcessMeters.create(), this::calls);
        assertThatThrownBy(
                        () -> second.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasMessageContaining("in use");
    }
}
