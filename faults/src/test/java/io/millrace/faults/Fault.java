package io.millrace.faults;

import java.util.List;
import java.util.random.RandomGenerator;

/** What may befall the cluster: begun, and undone by {@link Cluster#mend} or by its own end. */
enum Fault {
    GATEWAY_KILLED,
    GATEWAY_STOPPED,
    GATEWAY_PAUSED,
    GATEWAY_CUT,
    ENGINE_KILLED,
    SERVICE_KILLED,
    DATABASE_CUT,
    KAFKA_KILLED;

    /** Returns what ends it. */
    Runnable strike(Cluster cluster, RandomGenerator random) {
        int slot = random.nextInt(Cluster.GATEWAYS);
        Member gateway = cluster.gateways.get(slot);
        switch (this) {
            case GATEWAY_KILLED -> gateway.kill();
            case GATEWAY_STOPPED -> gateway.stop();
            case GATEWAY_PAUSED -> {
                gateway.pause();
                return gateway::resume;
            }
            case GATEWAY_CUT -> {
                cluster.balancer.cut(slot);
                return () -> cluster.balancer.mend(slot);
            }
            case ENGINE_KILLED -> one(cluster.engines, random).kill();
            case SERVICE_KILLED -> one(cluster.services, random).kill();
            case DATABASE_CUT -> cluster.database.cut();
            case KAFKA_KILLED -> one(cluster.brokers, random).kill();
        }
        return cluster::mend;
    }

    private static Member one(List<Member> members, RandomGenerator random) {
        return members.get(random.nextInt(members.size()));
    }
}
