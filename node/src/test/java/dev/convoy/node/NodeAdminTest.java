package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.Revocation;
import dev.convoy.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real nodes, looked into and given orders over HTTP: any of them answers for both. */
class NodeAdminTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static TestNode one;
    private static TestNode two;

    private String room = "";
    private String ann = "";
    private String bob = "";

    @BeforeAll
    static void startNodes() {
        one = TestNode.start(settings -> TestNode.withShards(TestNode.withAdmin(settings), 2));
        two = TestNode.start(NodeAdminTest::settings);
    }

    @AfterAll
    static void stopNodes() {
        one.close();
        two.close();
    }

    @BeforeEach
    void freshNames() {
        room = TestRedis.freshName("room");
        ann = TestRedis.freshName("ann");
        bob = TestRedis.freshName("bob");
    }

    private static NodeSettings settings(NodeSettings settings) {
        return TestNode.withAdmin(TestNode.withTimes(settings, 2_000, 3_000));
    }

    private static HttpResponse<String> get(TestNode node, String path) {
        return send(request(node, path).GET());
    }

    private static HttpRequest.Builder request(TestNode node, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + node.admin + path))
                .header("Authorization", "Bearer " + TestNode.ADMIN_TOKEN);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject json(TestNode node, String path) {
        return body(get(node, path));
    }

    private static JsonObject post(TestNode node, String path, JsonObject body) {
        return body(send(request(node, path).POST(BodyPublishers.ofString(body.encode()))));
    }

    private static JsonObject body(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static List<JsonObject> list(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }

    private TestPlayer joined(TestNode node, String user) {
        TestPlayer player = node.player(user, room).join();
        player.say("hello");
        player.awaitHeard("1:hello");
        return player;
    }

    @Test
    void aNodeGivesAnAccountOfItself() {
        joined(one, ann);
        JsonObject node = json(one, "/v1/node");
        assertThat(node.getInteger("serverId")).isEqualTo(one.serverId);
        assertThat(node.getString("state")).isEqualTo("ACCEPTING");
        assertThat(node.getInteger("shards")).isEqualTo(2);
        assertThat(node.getInteger("online")).isPositive();
        assertThat(node.getInteger("convsFree")).isPositive();
        assertThat(node.getInteger("leaseMsLeft")).isPositive();
        assertThat(node.getString("admin")).isEqualTo(one.admin);
        assertThat(get(one, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(one, "/startupz").statusCode()).isEqualTo(200);
        assertThat(get(one, "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void anyNodeShowsTheWholeCluster() {
        for (TestNode asked : List.of(one, two)) {
            List<JsonObject> nodes = list(json(asked, "/v1/cluster").getJsonArray("nodes"));
            assertThat(nodes)
                    .filteredOn(node -> List.of(one.serverId, two.serverId).contains(node.getInteger("serverId")))
                    .hasSize(2)
                    .allSatisfy(node -> assertThat(node.getJsonObject("node").getString("state"))
                            .isEqualTo("ACCEPTING"));
        }
        assertThat(list(json(one, "/v1/leases").getJsonArray("leases")))
                .extracting(lease -> lease.getInteger("serverId"))
                .contains(one.serverId, two.serverId);
    }

    @Test
    void roomsAndSessionsOfAllNodesAreListedByAny() {
        joined(two, ann);
        joined(two, bob);
        assertThat(list(json(one, "/v1/rooms").getJsonArray("rooms")))
                .noneMatch(row -> row.getString("id").equals(room));
        JsonObject row = list(json(one, "/v1/rooms?all=true&limit=1000").getJsonArray("rooms")).stream()
                .filter(found -> found.getString("id").equals(room))
                .findFirst()
                .orElseThrow();
        assertThat(row.getInteger("serverId")).isEqualTo(two.serverId);
        assertThat(row.getInteger("online")).isEqualTo(2);
        JsonObject page = json(one, "/v1/sessions?all=true&limit=1&room=" + room);
        List<JsonObject> first = list(page.getJsonArray("sessions"));
        assertThat(page.getBoolean("more")).isTrue();
        String next =
                "/v1/sessions?all=true&room=" + room + "&after=" + first.get(0).getString("id");
        List<JsonObject> second = list(json(one, next).getJsonArray("sessions"));
        assertThat(List.of(first.get(0).getString("user"), second.get(0).getString("user")))
                .containsExactlyInAnyOrder(ann, bob);
        assertThat(second.get(0).getString("client")).isEqualTo("10.0.0.1:40000");
        assertThat(json(one, next).getBoolean("more")).isFalse();
    }

    @Test
    void aKickReachesAPlayerOnWhateverNodeAndEndsTheToken() {
        TestPlayer player = joined(two, ann);
        String id = player.session.toString();
        JsonObject kicked = post(one, "/v1/sessions/" + id + "/kick", new JsonObject().put("reason", "spam"));
        assertThat(kicked.getString("user")).isEqualTo(ann);
        player.await("be sent away", () -> player.closed == ErrorCode.KICKED);
        assertThat(player.comeBack()).isInstanceOf(Refused.class);
        // 503 while a node of another test, dead by now, stands in the directory and might have it.
        player.await("be found nowhere", () -> statusOfKick(id) == 404);
    }

    private static int statusOfKick(String id) {
        return send(request(one, "/v1/sessions/" + id + "/kick").POST(BodyPublishers.noBody()))
                .statusCode();
    }

    @Test
    void aHintThatIsLostIsMadeUpForByTheNextKeepAlive() {
        TestPlayer player = joined(two, ann);
        try (ConvoyRedis redis = ConvoyRedis.connect(RedisSettings.of(TestRedis.uri()))) {
            String reason = new Revocation(Revocation.Kind.KICKED, "no hint was sent").text();
            TestNode.get(Future.fromCompletionStage(redis.sessions().revoke(room, player.session.toString(), reason)));
        }
        player.await("be sent away", () -> player.closed == ErrorCode.KICKED);
    }

    @Test
    void aBannedUserIsSentAwayAndStaysOutUntilTheBanIsLifted() {
        TestPlayer player = joined(two, ann);
        JsonObject ban = new JsonObject()
                .put("reason", "cheating")
                .put("until", Instant.now().plusSeconds(600).toString());
        assertThat(post(one, "/v1/users/" + ann + "/ban", ban).getInteger("sessions"))
                .isEqualTo(1);
        player.await("be sent away", () -> player.closed == ErrorCode.BANNED);
        assertThat(((Refused) one.player(ann, TestRedis.freshName("room")).connect()).code())
                .isEqualTo(ErrorCode.BANNED.code());
        assertThat(json(two, "/v1/users/" + ann).getJsonObject("ban").getString("reason"))
                .isEqualTo("cheating");
        post(two, "/v1/users/" + ann + "/unban", new JsonObject());
        assertThat(json(two, "/v1/users/" + ann).getJsonObject("ban")).isNull();
        TestPlayer back = one.player(ann, TestRedis.freshName("room")).join();
        back.say("hello");
        back.awaitHeard("1:hello");
    }

    @Test
    void allSessionsOfAUserOrOfARoomAreRevoked() {
        TestPlayer annes = joined(two, ann);
        TestPlayer bobs = joined(two, bob);
        assertThat(post(one, "/v1/users/" + ann + "/revoke", new JsonObject()).getInteger("sessions"))
                .isEqualTo(1);
        annes.await("be sent away", () -> annes.closed == ErrorCode.KICKED);
        assertThat(bobs.closed).isNull();
        assertThat(post(one, "/v1/rooms/" + room + "/revoke", new JsonObject()).getInteger("sessions"))
                .isGreaterThanOrEqualTo(1);
        bobs.await("be sent away", () -> bobs.closed == ErrorCode.KICKED);
    }

    @Test
    void whatCannotBeIsRefusedWithASentence() {
        for (String body : List.of(
                "{\"until\":\"yesterday\"}",
                "{\"until\":\"2001-01-01T00:00:00Z\"}",
                "{\"seconds\":0}",
                "{\"seconds\":5,\"until\":\"2099-01-01T00:00:00Z\"}")) {
            HttpResponse<String> refused =
                    send(request(one, "/v1/users/" + ann + "/ban").POST(BodyPublishers.ofString(body)));
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(new JsonObject(refused.body()).getString("error")).contains("'");
        }
        assertThat(get(one, "/v1/rooms?limit=0").statusCode()).isEqualTo(400);
        assertThat(get(one, "/v1/rooms?limit=1001").statusCode()).isEqualTo(400);
        HttpResponse<String> nobody =
                send(request(one, "/v1/drain").POST(BodyPublishers.ofString("{\"serverId\":253}")));
        assertThat(nobody.statusCode()).isEqualTo(404);
    }

    @Test
    void aNodeThatDrainsIsAliveButNotReady() {
        try (TestNode third = TestNode.start(NodeAdminTest::settings)) {
            TestPlayer player = third.player(ann, room).join();
            assertThat(get(third, "/readyz").statusCode()).isEqualTo(200);
            third.beginDrain();
            assertThat(get(third, "/readyz").body()).isEqualTo("It is draining.\n");
            assertThat(get(third, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(third, "/livez").statusCode()).isEqualTo(200);
            player.way = one.way();
            player.await("come back elsewhere", () -> player.comeBack() instanceof Resumed);
        }
    }
}
