package dev.meridian.server.consensus;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis for a small log over a wide area: elections that outlast a slow round trip, buffers of kilobytes. */
final class RatisSettings {
    private static final long ENTRY_BYTES = 256;
    private static final TimeDuration TIMEOUT_MIN = seconds(1);
    private static final TimeDuration TIMEOUT_MAX = seconds(2);

    private RatisSettings() {}

    static RaftProperties of(ControlGroupOptions options) {
        RaftProperties p = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(p, List.of(options.directory().toFile()));
        GrpcConfigKeys.Server.setHost(p, options.bind().getHostString());
        GrpcConfigKeys.Server.setPort(p, options.bind().getPort());
        GrpcConfigKeys.setMessageSizeMax(p, SizeInBytes.valueOf("4MB"));
        GrpcConfigKeys.Server.setBossGroupSize(p, 1);
        GrpcConfigKeys.Server.setWorkerGroupSize(p, 1);
        GrpcConfigKeys.Client.setWorkerGroupSize(p, 1);
        RaftServerConfigKeys.Rpc.setTimeoutMin(p, TIMEOUT_MIN);
        RaftServerConfigKeys.Rpc.setTimeoutMax(p, TIMEOUT_MAX);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, TIMEOUT_MIN);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, TIMEOUT_MAX);
        RaftServerConfigKeys.Rpc.setRequestTimeout(p, seconds(4));
        // A leader that is cut off never answers, and a failover waits for the decision: soon another is asked, who
        // knows the new one.
        RaftClientConfigKeys.Rpc.setRequestTimeout(p, seconds(1));
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(p, true);
        // A machine that stood still for long goes on afterwards; by default its server would close itself.
        RaftServerConfigKeys.setCloseThreshold(p, TimeDuration.valueOf(10_000, TimeUnit.DAYS));
        log(p, options.snapshotEvery());
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, options.snapshotEvery());
        RaftServerConfigKeys.Snapshot.setCreationGap(p, 1);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);
        return p;
    }

    /** Segments of about as many entries as a snapshot takes the place of: only whole ones can go. */
    private static void log(RaftProperties p, long entries) {
        SizeInBytes segment = SizeInBytes.valueOf(entries * ENTRY_BYTES);
        RaftServerConfigKeys.Log.setSegmentSizeMax(p, segment);
        RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf(Math.min(segment.getSize(), 64 << 10)));
        RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf("512KB"));
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
        RaftServerConfigKeys.Log.setPurgeGap(p, 1);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf("256KB"));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(p, "1ms,10, 1s,1000000");
    }

    private static TimeDuration seconds(long seconds) {
        return TimeDuration.valueOf(seconds, TimeUnit.SECONDS);
    }
}
