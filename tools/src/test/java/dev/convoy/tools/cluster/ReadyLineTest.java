package dev.convoy.tools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadyLineTest {
    @Test
    void aNodeTellsItsServerIdAndPorts() {
        assertThat(ReadyLine.parse("convoy-node ready server-id=3 ports=41001,41002 pid=4711"))
                .contains(new ReadyLine(3, 41001, ""));
    }

    @Test
    void aNodeWithAnAdminServerTellsItsAddress() {
        assertThat(ReadyLine.parse("convoy-node ready server-id=3 ports=41001 admin=127.0.0.1:9000 pid=4711"))
                .contains(new ReadyLine(3, 41001, "127.0.0.1:9000"));
    }

    @Test
    void aRouterTellsItsPort() {
        assertThat(ReadyLine.parse("convoy-router ready port=7000 pid=4712")).contains(new ReadyLine(0, 7000, ""));
    }

    @Test
    void bothTellWhereTheirAdminServerIs() {
        assertThat(ReadyLine.parse("convoy-node ready server-id=3 ports=41001 admin=[::1]:9000 pid=4711"))
                .contains(new ReadyLine(3, 41001, "[::1]:9000"));
        assertThat(ReadyLine.parse("convoy-router ready port=7000 pid=4712 admin=127.0.0.1:9001"))
                .contains(new ReadyLine(0, 7000, "127.0.0.1:9001"));
    }

    @Test
    void anythingElseIsNoReadyLine() {
        assertThat(ReadyLine.parse("")).isEmpty();
        assertThat(ReadyLine.parse("convoy-node starting")).isEmpty();
    }
}
