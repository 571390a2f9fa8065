package dev.convoy.tools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.tools.command.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, small ones. */
@Timeout(60)
class ClusterMemberTest {
    @TempDir
    private Path folder;

    private final CompletableFuture<ClusterMember> died = new CompletableFuture<>();

    @Test
    void aMemberIsUpWhenItSaysSo() throws Exception {
        ClusterMember member = start("waits");
        assertThat(member.ready().get()).isEqualTo(new ReadyLine(7, 41001, ""));
        assertThat(member.state()).isEqualTo(MemberState.UP);
        assertThat(member.serverId()).isEqualTo(7);
        assertThat(Files.readString(member.log())).contains("something else first");
        member.stop();
        member.awaitEnd(inFiveSeconds());
        assertThat(member.state()).isEqualTo(MemberState.STOPPED);
        assertThat(died).isNotDone();
    }

    @Test
    void aMemberThatRefusesToStartIsQuotedWithItsLog() throws Exception {
        ClusterMember member = start("refuses");
        assertThatThrownBy(() -> member.ready().get())
                .hasCauseInstanceOf(CommandFailure.class)
                .hasMessageContaining("node 1 did not start: CONVOY_TOKEN_KEY is not 64 hex digits.")
                .hasMessageContaining(member.log().toString());
        assertThat(member.state()).isEqualTo(MemberState.DIED);
        assertThat(died).isNotDone();
    }

    @Test
    void aMemberThatDiesIsReported() throws Exception {
        ClusterMember member = start("dies");
        assertThat(died.get()).isSameAs(member);
        assertThat(member.state()).isEqualTo(MemberState.DIED);
    }

    @Test
    void aKilledMemberIsGoneAndNotReportedAsADeath() throws Exception {
        ClusterMember member = start("waits");
        member.ready().get();
        member.kill();
        member.awaitEnd(inFiveSeconds());
        assertThat(ProcessHandle.of(member.pid()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(member.state()).isEqualTo(MemberState.KILLED);
        assertThat(died).isNotDone();
    }

    @Test
    void aDrainedMemberHasToEndWithZero() throws Exception {
        ClusterMember member = start("drains");
        member.ready().get();
        member.drain();
        assertThat(stateAtTheEnd(member)).isEqualTo(MemberState.STOPPED);
        assertThat(died).isNotDone();
    }

    @Test
    void aMemberThatDoesNotKnowHowToDrainHasDied() throws Exception {
        ClusterMember member = start("waits");
        member.ready().get();
        member.drain();
        assertThat(stateAtTheEnd(member)).isEqualTo(MemberState.DIED);
    }

    @Test
    void aPausedMemberLivesAndGoesOn() throws Exception {
        ClusterMember member = start("waits");
        member.ready().get();
        member.pause();
        assertThat(member.state()).isEqualTo(MemberState.PAUSED);
        assertThat(ProcessHandle.of(member.pid()).orElseThrow().isAlive()).isTrue();
        member.resume();
        assertThat(member.state()).isEqualTo(MemberState.UP);
        member.stop();
        member.awaitEnd(inFiveSeconds());
    }

    /** Told on a thread of its own, soon after the process has ended. */
    private static MemberState stateAtTheEnd(ClusterMember member) throws InterruptedException {
        member.awaitEnd(inFiveSeconds());
        while (member.state() == MemberState.DRAINING) Thread.onSpinWait();
        return member.state();
    }

    @Test
    void membersOfAKilledLauncherDieWithIt() throws Exception {
        Process launcher = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallLauncher.class.getName())
                .redirectError(folder.resolve("launcher.log").toFile())
                .start();
        List<ProcessHandle> members = membersOf(launcher);
        assertThat(members).hasSize(2).allMatch(ProcessHandle::isAlive);
        launcher.destroyForcibly().waitFor();
        for (ProcessHandle member : members) member.onExit().get(10, TimeUnit.SECONDS);
        assertThat(members).noneMatch(ProcessHandle::isAlive);
    }

    private static List<ProcessHandle> membersOf(Process launcher) throws IOException {
        List<ProcessHandle> members = new ArrayList<>();
        BufferedReader lines = launcher.inputReader();
        for (String line = lines.readLine(); line != null && !line.equals("started"); line = lines.readLine()) {
            members.add(ProcessHandle.of(Long.parseLong(line)).orElseThrow());
        }
        return members;
    }

    private ClusterMember start(String behaviour) throws IOException {
        return ClusterMember.start(
                "node 1",
                SmallMember.class.getName(),
                Map.of("SMALL_MEMBER", behaviour),
                folder.resolve("node-1.log"),
                died::complete);
    }

    private static long inFiveSeconds() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    }
}
