package dev.meridian.server.consensus;

import dev.meridian.kernel.primary.ControlState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/** The kernel's state machine, fed by Ratis: entries in, outcomes out, its bytes as the snapshot. */
final class ControlMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final ControlGroup.Receiver receiver;
    private final ClusterIdentity identity;
    private ControlState state = new ControlState();
    private long checked;
    private volatile @Nullable String stranger;

    ControlMachine(ControlGroup.Receiver receiver, Path directory) {
        this.receiver = receiver;
        this.identity = new ClusterIdentity(directory);
    }

    /** Why this region may not take part; null when it may. */
    @Nullable
    String stranger() {
        return stranger;
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        super.initialize(server, group, raftStorage);
        storage.init(raftStorage);
        getLifeCycle().startAndTransition(() -> load(storage.getLatestSnapshot()));
    }

    /** Ratis insists on it before it puts a snapshot of the leader's in place. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** A snapshot of the leader's has been put in place of what was here. */
    @Override
    public void reinitialize() throws IOException {
        load(storage.loadLatestSnapshot());
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    private void load(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
        if (snapshot == null) {
            return;
        }
        byte[] bytes = Files.readAllBytes(snapshot.getFile().getPath());
        state = ControlState.restore(bytes);
        setLastAppliedTermIndex(snapshot.getTermIndex());
        if (isOurs()) {
            receiver.restored(bytes);
        }
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
        byte[] outcome = state.apply(entry.getIndex(), bytes);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        try {
            if (isOurs()) {
                receiver.applied(entry.getIndex(), bytes);
            }
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(outcome)));
    }

    private boolean isOurs() throws IOException {
        if (state.cluster() != checked) {
            stranger = identity.check(state.cluster());
            checked = state.cluster();
            String wrong = stranger;
            if (wrong != null) {
                receiver.alarm("MRD-4121", wrong);
            }
        }
        return stranger == null;
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last == null || last.getIndex() < 0) {
            return -1;
        }
        Path file = storage.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.write(written, state.snapshot());
        DurableFiles.replace(written, file);
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(
                new FileInfo(file, MD5FileUtil.computeAndSaveMd5ForFile(file.toFile())), last));
        return last.getIndex();
    }
}
