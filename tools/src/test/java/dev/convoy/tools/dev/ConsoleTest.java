package dev.convoy.tools.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;

/** The console in a real browser, of a real cluster with real players. */
@Timeout(300)
class ConsoleTest {
    /** Give it a file, and the test leaves a picture there: {@code -Dconvoy.console.picture=docs/images/console.png}. */
    private static final String PICTURE = "convoy.console.picture";

    private static final int WIDTH = 1400;
    private static final int HEIGHT = 1340;
    private static final int ROOMS = 18;
    private static final int MESSAGE_EVERY_MS = 60;
    private static final List<String> NAMES = List.of(
            "ada", "bela", "chen", "dara", "emil", "fay", "goro", "hana", "ivo", "juno", "kofi", "lena", "mio", "nils",
            "olga", "pia", "quin", "rosa", "sami", "tove", "uma", "vito", "wim", "xenia", "yara", "zoe");

    private Browser browser;
    private LocalCluster cluster;
    private ConsoleDoor door;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<ConvoyClient> players = new ArrayList<>();

    @BeforeEach
    void openTheConsoleOfAClusterWithPlayers() throws Exception {
        browser = Browser.open(WIDTH, HEIGHT);
        cluster = LocalCluster.start(new ClusterSettings(3, 1, 0, "strict", false), said -> {}, died -> {});
        door = ConsoleDoor.open(cluster, 0);
        for (int i = 0; i < 2 * NAMES.size(); i++)
            join(NAMES.get(i % NAMES.size()) + "-" + i, "match-" + (100 + i % ROOMS));
    }

    @AfterEach
    void end() throws Exception {
        if (door != null) door.close();
        if (browser != null) browser.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        if (cluster != null) cluster.close();
    }

    private void join(String user, String room) throws Exception {
        ConvoyClient client = ConvoyClient.create(
                vertx,
                ClientOptions.builder()
                        .plain()
                        .server(ClusterSettings.HOST, cluster.routers().get(0).port())
                        .user(user)
                        .roomType("echo")
                        .roomId(room)
                        .build());
        players.add(client);
        Session session =
                client.join().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        // Who does not take its messages does not acknowledge them either.
        session.handler(answer -> {});
        vertx.setPeriodic(MESSAGE_EVERY_MS, tick -> session.send(Buffer.buffer("here I am")));
    }

    @Test
    void anOperatorSeesWhatHappensAndCanActWithoutAMouse() throws Exception {
        aWrongTokenIsRefused();
        theRightOneShowsTheClusterAndStaysInTheTab();
        everythingHasANameAndALabel();
        aKilledNodeIsShownDeadAndItsRoomsMove();
        aPlayerIsKickedByKeyboard();
        aNodeIsDrainedByKeyboard();
        lightAndCalmAreRespected();
        withoutAnyNodeItSaysSo();
        assertThat(browser.logs().stream().filter(line -> !line.contains(" 502 ") && !line.contains("401")))
                .as("what the browser complained of")
                .isEmpty();
    }

    private void aWrongTokenIsRefused() throws Exception {
        browser.driver.get(door.address().replaceFirst("#.*", ""));
        assertThat(browser.driver.getTitle()).isEqualTo("Convoy console");
        assertThat(browser.$("#cluster").isDisplayed()).isFalse();
        browser.press("no-such-token-at-all", Keys.ENTER);
        browser.await("the refusal", () -> browser.text("#door-error").contains("not the admin token"));
        assertThat(browser.$("#cluster").isDisplayed()).isFalse();
        assertThat(browser.run("return sessionStorage.length")).isEqualTo(0L);
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("token");
    }

    private void theRightOneShowsTheClusterAndStaysInTheTab() throws Exception {
        browser.press(cluster.adminToken(), Keys.ENTER);
        browser.await("three nodes", () -> browser.texts("#nodes h3").size() == 3);
        browser.await("all rooms", () -> browser.texts(".chip").size() == ROOMS);
        assertThat(browser.texts("#nodes .state")).containsOnly("● accepting");
        assertThat(browser.texts("#nodes h3")).containsExactly("Node 1", "Node 2", "Node 3");
        assertThat(browser.text("#tile-online")).isEqualTo(String.valueOf(2 * NAMES.size()));
        assertThat(browser.texts("#sessions tr")).isNotEmpty();
        browser.driver.navigate().refresh();
        browser.await("the cluster again", () -> browser.texts("#nodes h3").size() == 3);
        browser.driver.get("about:blank");
        browser.driver.get(door.address());
        browser.await(
                "the cluster by the address", () -> browser.texts("#nodes h3").size() == 3);
        assertThat(browser.driver.getCurrentUrl())
                .as("the token does not stay in it")
                .endsWith("/console");
        browser.await(
                "messages in the graph",
                () -> !browser.texts(".graph path.line").isEmpty());
    }

    /** By hand what a checker of accessibility would look for first. */
    private void everythingHasANameAndALabel() {
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo("en");
        assertThat(browser.run("""
                        const named = (e) => e.getAttribute("aria-label") || e.textContent.trim()
                          || (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent).join("")
                          || (e.labels?.length ? e.labels[0].textContent : "");
                        return [...document.querySelectorAll("button, input, select, a, dialog, [role=region], [role=img], [role=log], section, ul[aria-label]")]
                          .filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120));
                        """)).as("elements without a name").isEqualTo(List.of());
        assertThat(browser.run("const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
                        + "return ids.filter((id, i) => ids.indexOf(id) !== i)"))
                .as("ids that stand twice")
                .isEqualTo(List.of());
        assertThat(browser.all("main, header, [role=search], [role=log], h1, h2, h3")
                        .size())
                .isGreaterThan(10);
        assertThat(browser.all("th:not([scope])")).isEmpty();
        assertThat(
                        browser.run(
                                "return [...document.querySelectorAll('h1, h2, h3')].filter((e) => e.offsetParent || e.className)"
                                        + ".map((e) => Number(e.tagName[1])).every((level, i, all) => i === 0 || level <= all[i - 1] + 1)"))
                .as("no level of headings is left out")
                .isEqualTo(true);
        assertThat(lowestContrast()).as("contrast of text").isGreaterThanOrEqualTo(4.5);
    }

    /** WCAG 2.2, 1.4.3: of the text colours in use on the two grounds in use. */
    private double lowestContrast() {
        Object lowest = browser.run("""
                const style = getComputedStyle(document.documentElement);
                const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                const light = (name) => {
                  const hex = style.getPropertyValue(name).trim().slice(1);
                  const [r, g, b] = [0, 2, 4].map((i) => channel(parseInt(hex.slice(i, i + 2), 16)));
                  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                return Math.min(...["--text", "--soft", "--good", "--warn", "--bad", "--accent"].flatMap(
                  (text) => ["--ground", "--panel"].map((ground) => contrast(light(text), light(ground))))) + 0.0001;
                """);
        return ((Number) lowest).doubleValue();
    }

    private void aKilledNodeIsShownDeadAndItsRoomsMove() throws Exception {
        Thread.sleep(Integer.getInteger("convoy.console.calmMs", 0));
        ClusterMember victim = cluster.nodes().stream()
                .filter(node -> !roomsOf(node.serverId()).isEmpty())
                .findFirst()
                .orElseThrow();
        List<String> rooms = roomsOf(victim.serverId());
        assertThat(rooms).isNotEmpty();
        victim.kill();
        browser.await("the death", () -> stateOf(victim.serverId()).equals("✕ dead"));
        browser.await("the log", () -> browser.text("#log").contains("Node " + victim.serverId() + " is dead"));
        browser.await(
                "the rooms elsewhere",
                () -> roomsOf(victim.serverId()).isEmpty()
                        && browser.texts(".chip").size() == ROOMS
                        && browser.text("#tile-online").equals(String.valueOf(2 * NAMES.size())));
        assertThat(browser.text("#log")).contains("moved: node " + victim.serverId() + " →");
        assertThat(browser.all(".node.gone .drain"))
                .allSatisfy(button -> assertThat(button.isDisplayed()).isFalse());
        browser.await(
                "returns in the graph",
                () -> !browser.texts(".graph .bar.resumes").isEmpty());
        picture();
    }

    private void picture() throws Exception {
        String file = System.getProperty(PICTURE, "");
        if (file.isEmpty()) return;
        Thread.sleep(Integer.getInteger("convoy.console.calmMs", 0) / 4);
        browser.run("document.activeElement.blur(); window.scrollTo(0, 0)");
        browser.driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", WIDTH, "height", HEIGHT, "deviceScaleFactor", 1.25, "mobile", false));
        Thread.sleep(1_500);
        browser.picture(Path.of(file));
        browser.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    private void aPlayerIsKickedByKeyboard() throws Exception {
        browser.tabTo("#filter-kind");
        browser.press("of user");
        browser.tabTo("#filter-text");
        browser.press("ada-0");
        browser.await("one session", () -> browser.texts("#sessions tr").size() == 1);
        browser.tabTo("#sessions button");
        browser.press(Keys.ENTER);
        browser.await("the question", () -> browser.$("#question").isDisplayed());
        assertThat(browser.text("#question-title")).isEqualTo("Kick ada-0?");
        browser.press(Keys.ESCAPE);
        browser.await("no question", () -> !browser.$("#question").isDisplayed());
        assertThat(browser.run("return document.activeElement.textContent"))
                .as("the focus returns")
                .isEqualTo("Kick");
        browser.press(Keys.ENTER);
        browser.tabTo("#question-yes");
        browser.press(Keys.ENTER);
        browser.await("nobody", () -> browser.texts("#sessions tr").isEmpty());
        assertThat(browser.text("#log")).contains("ada-0 was sent out of match-100.");
    }

    private void aNodeIsDrainedByKeyboard() throws Exception {
        ClusterMember leaver = cluster.nodes().stream()
                .filter(node -> stateOf(node.serverId()).equals("● accepting"))
                .findFirst()
                .orElseThrow();
        browser.run("document.body.focus(); document.activeElement.blur()");
        browser.tabTo("[aria-label='Drain node " + leaver.serverId() + "']");
        browser.press(Keys.SPACE);
        browser.await("the question", () -> browser.$("#question").isDisplayed());
        browser.tabTo("#question-yes");
        browser.press(Keys.ENTER);
        browser.await("the leaving", () -> stateOf(leaver.serverId()).equals("– left in order"));
        browser.await("its rooms elsewhere", () -> roomsOf(leaver.serverId()).isEmpty());
        assertThat(browser.text("#log")).contains("Node " + leaver.serverId() + " has left in order.");
    }

    private void lightAndCalmAreRespected() {
        browser.media(Map.of("prefers-color-scheme", "light", "prefers-reduced-motion", "reduce"));
        assertThat(browser.run("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(242, 244, 248)");
        assertThat(lowestContrast()).as("contrast of text in light colours").isGreaterThanOrEqualTo(4.5);
        assertThat(browser.run("return getComputedStyle(document.querySelector('.beat')).animationName"))
                .isEqualTo("none");
    }

    private void withoutAnyNodeItSaysSo() throws Exception {
        cluster.nodes().forEach(ClusterMember::kill);
        browser.await(
                "the complaint",
                () -> browser.$("#trouble").isDisplayed()
                        && browser.text("#trouble").contains("No node of this cluster answers."));
    }

    private String stateOf(int serverId) {
        return String.valueOf(browser.run(
                "return document.querySelector(`#nodes > [data-key='${arguments[0]}'] .state`)?.textContent ?? 'gone'",
                serverId));
    }

    private List<String> roomsOf(int serverId) {
        return browser.texts("#nodes > [data-key='" + serverId + "'] .chip:not(.ownerless)");
    }
}
