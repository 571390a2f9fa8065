package dev.convoy.operations.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from, who wins, and what is said about those that are wrong. */
class SettingsTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    private static final String SECRET = "correct-horse-battery";

    private final Declarations all = new Declarations("test");
    private final Setting<Integer> legs = all.add(
            Setting.of("CONVOY_LEGS", SettingType.number(1, 16), "How many.").or(4));
    private final Setting<Colour> colour =
            all.add(Setting.of("CONVOY_COLOUR", SettingType.choice(Colour.class), "Which.")
                    .or(Colour.RED));
    private final Setting<Integer> eyes = all.add(
            Setting.of("CONVOY_EYES", SettingType.number(0, 99), "How many.").or("as many as legs", s -> s.get(legs)));
    private final Setting<String> password =
            all.add(Setting.of("CONVOY_PASSWORD", SettingType.bearerToken(8, 64), "Which.")
                    .orNone("none")
                    .secret());
    private final Setting<String> config = all.add(ProcessSettings.CONFIG);

    {
        all.add(ProcessSettings.REDIS_URI);
    }

    @TempDir
    Path folder;

    private Settings read(String... namesAndValues) {
        return all.read(Sources.of(environment(namesAndValues)));
    }

    private static Map<String, String> environment(String... namesAndValues) {
        java.util.HashMap<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) map.put(namesAndValues[i], namesAndValues[i + 1]);
        return map;
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("convoy.conf"), String.join("\n", lines));
    }

    @Test
    void whatNobodySetsHasItsDefault() {
        Settings settings = read("CONVOY_LEGS", "", "CONVOY_COLOUR", "  ");
        assertThat(settings.get(legs)).isEqualTo(4);
        assertThat(settings.get(eyes)).isEqualTo(4);
        assertThat(settings.get(colour)).isEqualTo(Colour.RED);
        assertThat(settings.find(password)).isEmpty();
        assertThatThrownBy(() -> settings.get(password)).isInstanceOf(IllegalStateException.class);
        assertThat(settings.notes()).isEmpty();
    }

    @Test
    void theFileWinsOverTheEnvironmentAndAFlagOverBoth() throws IOException {
        Path file = file("# ours", "", "---", "CONVOY_LEGS = 6", "CONVOY_COLOUR: \"dark-blue\"", "CONVOY_EYES='3'");
        Map<String, String> environment = environment("CONVOY_LEGS", "5", "CONVOY_EYES", "3");
        Settings settings = all.read(Sources.ofProcess(new String[] {"--config=" + file, "--legs=8"}, environment));
        assertThat(settings.get(legs)).isEqualTo(8);
        assertThat(settings.get(colour)).isEqualTo(Colour.DARK_BLUE);
        assertThat(settings.get(eyes)).isEqualTo(3);
        assertThat(settings.get(config)).isEqualTo(file.toString());
        assertThat(settings.notes())
                .containsExactly(
                        "CONVOY_LEGS is set by environment and, differently, by file: file wins.",
                        "CONVOY_LEGS is set by file and, differently, by flag: flag wins.");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> read("CONVOY_LEGS", "17", "CONVOY_COLOUR", "blue", "CONVOY_EYES", "many"))
                .isInstanceOf(InvalidSettings.class)
                .message()
                .isEqualTo("""
                        CONVOY_LEGS must be a whole number from 1 to 16, not '17'.
                        CONVOY_COLOUR must be red or dark-blue, not 'blue'.
                        CONVOY_EYES must be a whole number from 0 to 99, not 'many'.""");
    }

    @Test
    void aSecretIsNeitherRepeatedNorPrinted() {
        assertThatThrownBy(() -> read("CONVOY_PASSWORD", "short"))
                .hasMessageContaining("CONVOY_PASSWORD must be 8 to 64 visible ASCII")
                .hasMessageNotContaining("short");
        Settings settings = read("CONVOY_PASSWORD", SECRET, "CONVOY_REDIS_URI", "redis://me:" + SECRET + "@h:1/0");
        String everything =
                SettingsPage.text(settings) + SettingsPage.json(settings).encode() + settings + settings.notes();
        assertThat(everything).doesNotContain(SECRET).contains("(secret)").contains("redis://***@h:1/0");
        assertThat(settings.get(password)).isEqualTo(SECRET);
    }

    @Test
    void aSecretMayStandInAFileOfItsOwn() throws IOException {
        Path file = file(SECRET);
        Settings settings = read("CONVOY_PASSWORD_FILE", file.toString());
        assertThat(settings.get(password)).isEqualTo(SECRET);
        Settings byFlag = all.read(Sources.ofProcess(new String[] {"--password-file=" + file}, Map.of()));
        assertThat(byFlag.get(password)).isEqualTo(SECRET);
    }

    @Test
    void aFileOfASecretThatIsNotThereIsNamed() throws IOException {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> read("CONVOY_PASSWORD_FILE", gone.toString()))
                .hasMessage(gone + " cannot be read: there is no such file.");
        assertThatThrownBy(() -> read("CONVOY_PASSWORD_FILE", file("").toString()))
                .hasMessageContaining("(CONVOY_PASSWORD_FILE) is empty.");
        assertThatThrownBy(() -> read("CONVOY_PASSWORD_FILE", file(SECRET).toString(), "CONVOY_PASSWORD", SECRET))
                .hasMessage("CONVOY_PASSWORD and CONVOY_PASSWORD_FILE are both set: one of them is enough.");
    }

    @Test
    void aSecretIsNotTakenFromAFlag() {
        assertThatThrownBy(() -> all.read(Sources.ofProcess(new String[] {"--password=" + SECRET}, Map.of())))
                .hasMessageContaining("--password-file=PATH")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void aSlipOfThePenIsRefusedWithWhatWasMeant() {
        assertThatThrownBy(() -> read("CONVOY_LEG", "3"))
                .hasMessage("CONVOY_LEG is no setting of a test; did you mean CONVOY_LEGS?");
        assertThatThrownBy(() -> read("CONVOY_PASWORD_FILE", "3"))
                .hasMessageContaining("did you mean CONVOY_PASSWORD_FILE?");
        assertThatThrownBy(() -> all.read(Sources.ofProcess(new String[] {"--color=red"}, Map.of())))
                .hasMessage("--color is no setting of a test; did you mean --colour?");
        assertThatThrownBy(() -> read("CONVOY_LEGS_FILE", "3"))
                .hasMessage("CONVOY_LEGS_FILE: only secrets are read from a file of their own.");
    }

    @Test
    void otherNamesAreToldOfUnlessTheyStandOnOurOwnCommandLine() {
        assertThat(read("CONVOY_ROUTER_LOOPS", "3", "HOME", "/root").notes())
                .containsExactly("Not settings of a test, and passed over: CONVOY_ROUTER_LOOPS.");
        assertThatThrownBy(() -> all.read(Sources.ofProcess(new String[] {"--router-loops=3"}, Map.of())))
                .hasMessage("--router-loops is no setting of a test.");
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOY_LEG_SERVICE_HOST, 10.0.0.1",
        "CONVOY_LEG_SERVICE_PORT_UDP, 7000",
        "CONVOY_LEG_PORT, udp://10.0.0.1:7000",
        "CONVOY_LEG_PORT_7000_UDP_ADDR, 10.0.0.1"
    })
    void addressesOfKubernetesServicesArePassedOver(String name, String value) {
        assertThat(read(name, value).notes()).isEmpty();
    }

    @Test
    void aSettingThatAServiceHidesIsRefusedWithTheCure() {
        assertThatThrownBy(() -> read("CONVOY_LEGS", "tcp://10.0.0.1:80"))
                .hasMessageContaining("enableServiceLinks: false");
    }

    @Test
    void whatIsNotUnderstoodIsNamedByItsPlace() throws IOException {
        Path file = file("CONVOY_LEGS=1", "what", "CONVOY_LEGS=2", "LEGS=3");
        assertThatThrownBy(() -> read("CONVOY_CONFIG", file.toString()))
                .hasMessageContaining("Line 2 of " + file + " is not understood")
                .hasMessageContaining("CONVOY_LEGS stands in " + file + " twice.")
                .hasMessageContaining("LEGS is no setting of a test.");
        assertThatThrownBy(() -> all.read(Sources.ofProcess(new String[] {"-x"}, Map.of())))
                .hasMessageContaining("'-x' is not understood");
    }

    @Test
    void whatMustHoldBetweenSettingsIsCheckedToo() {
        all.check(s -> s.get(eyes) > s.get(legs) ? Optional.of("CONVOY_EYES: too many.") : Optional.empty());
        assertThat(read("CONVOY_EYES", "4").get(eyes)).isEqualTo(4);
        assertThatThrownBy(() -> read("CONVOY_EYES", "5")).hasMessage("CONVOY_EYES: too many.");
    }

    @Test
    void everySettingIsShownWithItsValueSourceAndDocumentation() {
        Settings settings = read("CONVOY_LEGS", "6");
        assertThat(SettingsPage.text(settings))
                .contains("CONVOY_LEGS = 6  [environment]\n    How many.\n    Allowed: a whole number from 1 to 16."
                        + " Default: 4.")
                .contains("CONVOY_EYES = 6  [default]")
                .contains("CONVOY_PASSWORD = (none)  [default]");
        assertThat(SettingsPage.json(settings).getJsonObject(0).getString("value"))
                .isEqualTo("6");
        assertThat(SettingsPage.markdown(all))
                .contains("| `CONVOY_EYES` | as many as legs | a whole number from 0 to 99 | How many. |")
                .contains("| `CONVOY_PASSWORD` or `…_FILE` | none | 8 to 64 visible ASCII characters without blanks |"
                        + " Which. |");
    }

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "same, same, 0", "'', abc, 3", "abc, '', 3", "PORT, PORTS, 1"})
    void editsAreCountedAsLevenshteinDid(String one, String other, int edits) {
        assertThat(Strangers.edits(one, other)).isEqualTo(edits);
    }
}
