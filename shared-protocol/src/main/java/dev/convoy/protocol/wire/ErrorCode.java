package dev.convoy.protocol.wire;

import org.jspecify.annotations.Nullable;

/** Why a request was refused or a session ended: a number on the wire, a sentence for people, and what to do next. */
public enum ErrorCode {
    AUTH_ERROR(1, Retry.NEVER, "Your login is no longer valid; please sign in again.", "登录状态失效，请刷新重试"),
    ALREADY_JOINED(2, Retry.NEVER, "You are already in the room.", "您已经在房间中"),
    ROOM_IS_STARTED(3, Retry.NEVER, "The game in this room has already started.", "房间已经开始游戏"),
    PASSWORD_ERROR(4, Retry.NEVER, "The room password is wrong.", "密码错误"),
    PLAYER_COUNT_MAX(5, Retry.NEVER, "The room is full.", "房间座位已满"),
    ROOM_LOCKED(6, Retry.NEVER, "The room takes no new players.", "房间已锁定"),

    TOKEN_INVALID(16, Retry.JOIN_ANEW, "The reconnect token is not known.", "重连令牌无效，请重新加入"),
    TOKEN_EXPIRED(17, Retry.JOIN_ANEW, "The time to come back has run out.", "重连令牌已过期，请重新加入"),
    TOKEN_REUSED(18, Retry.JOIN_ANEW, "The reconnect token was used twice; the session was closed.", "重连令牌被重复使用，会话已关闭"),
    WRONG_USER(19, Retry.NEVER, "The reconnect token belongs to another user.", "重连令牌不属于当前用户"),
    WRONG_ROOM(21, Retry.NEVER, "The reconnect token belongs to another room.", "重连令牌不属于该房间"),
    SESSION_LOST(20, Retry.JOIN_ANEW, "The session could not be restored.", "会话已丢失，请重新加入"),

    RETRY_LATER(32, Retry.LATER, "The service is busy; trying again.", "服务繁忙，正在重试"),
    NO_CONV_FREE(33, Retry.LATER, "This node holds as many sessions as it can.", "服务器会话已满，正在重试"),
    NODE_DRAINING(34, Retry.NOW, "This node is being replaced; moving on.", "服务器正在维护，正在切换"),
    CONV_IN_USE(35, Retry.NOW, "Another session holds this conversation id.", "会话编号已被占用"),

    VERSION_UNSUPPORTED(48, Retry.NEVER, "This server does not speak the client's protocol version.", "协议版本不受支持"),
    SUITE_REFUSED(49, Retry.NEVER, "This server does not accept the client's security suite.", "不支持的安全套件"),
    BAD_REQUEST(50, Retry.NEVER, "The request is malformed.", "请求格式错误"),
    ROOM_TYPE_UNKNOWN(51, Retry.NEVER, "There is no such room type.", "房间类型不存在"),
    PROTOCOL_ERROR(52, Retry.NOW, "The connection was corrupted; coming back.", "连接数据异常，正在重连"),
    WRONG_SERVER_KEY(54, Retry.NEVER, "The server does not have the key that this client expects.", "服务器密钥不匹配"),
    OUTBOX_FULL(53, Retry.JOIN_ANEW, "Too many messages were waiting for this client.", "待发送消息过多"),
    ROOM_TYPE_MISMATCH(54, Retry.NEVER, "The room is of another type.", "房间类型不符"),

    LEFT(64, Retry.NEVER, "You left the room.", "您已离开房间"),
    KICKED(65, Retry.NEVER, "You were removed from the room.", "您已被移出房间"),
    BANNED(66, Retry.NEVER, "You are banned.", "您已被封禁"),
    ROOM_CLOSED(67, Retry.NEVER, "The room was closed.", "房间已关闭"),
    ROOM_FAILED(68, Retry.JOIN_ANEW, "The room failed and was closed.", "房间发生错误并已关闭"),
    REPLACED(69, Retry.NEVER, "The session was continued elsewhere.", "会话已在别处继续"),

    PEER_AWAY(80, Retry.NEVER, "That player is not here.", "该玩家不在线"),
    PEER_REFUSED(81, Retry.NEVER, "That player takes no direct lines.", "该玩家拒绝直连"),
    PEER_FORBIDDEN(82, Retry.NEVER, "This room allows no direct lines.", "该房间不允许直连"),
    PEER_LIMIT(83, Retry.NEVER, "There are too many direct lines.", "直连数量已达上限"),
    PEER_LOST(84, Retry.NEVER, "The direct line was lost.", "直连已断开"),
    PEER_CLOSED(85, Retry.NEVER, "The other player has closed the direct line.", "对方已关闭直连");

    /** What a client does about it. */
    public enum Retry {
        /** The same request again at once (with the attempt's back-off). */
        NOW,
        /** The same request again after the time that the answer names. */
        LATER,
        /** The session is gone: join as a new player. */
        JOIN_ANEW,
        /** Tell the user; the same request will be refused again. */
        NEVER
    }

    private final int code;
    private final Retry retry;
    private final String english;
    private final String chinese;

    ErrorCode(int code, Retry retry, String english, String chinese) {
        this.code = code;
        this.retry = retry;
        this.english = english;
        this.chinese = chinese;
    }

    /** The number on the wire, u16, never 0. */
    public int code() {
        return code;
    }

    public Retry retry() {
        return retry;
    }

    public String english() {
        return english;
    }

    public String chinese() {
        return chinese;
    }

    /** The error of a number on the wire, or null when a newer peer sends one we do not know. */
    public static @Nullable ErrorCode of(int code) {
        for (ErrorCode error : values()) if (error.code == code) return error;
        return null;
    }
}
