package dev.meridian.kernel.command;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows of the command table, a line a command: name (container and subcommand joined by a bar), arity, flags, keys,
 * ACL categories that do not follow from the flags, version, summary. The facts are Redis 7.2's; where a fact concerns
 * a command that 7.0 has too, a test compares it with a real server.
 *
 * <p>Keys: {@code first,last,step}; {@code numkeys@i} for a count at argument {@code i} with the keys behind it, {@code
 * 1+} before it for a destination at argument 1; {@code sort} for SORT's STORE; {@code channels:} before what
 * COMMAND lists like keys and is none.
 */
final class CommandRows {
    private static final String STRING = """
            append 3 write,denyoom,fast 1,1,1 string 2.0.0 Appends to the string at a key
            decr 2 write,denyoom,fast 1,1,1 string 1.0.0 Subtracts one from the integer at a key
            decrby 3 write,denyoom,fast 1,1,1 string 1.0.0 Subtracts from the integer at a key
            get 2 readonly,fast 1,1,1 string 1.0.0 The string at a key
            getdel 2 write,fast 1,1,1 string 6.2.0 The string at a key, which is deleted
            getex -2 write,fast 1,1,1 string 6.2.0 The string at a key, whose expiry is changed
            getrange 4 readonly 1,1,1 string 2.4.0 A part of the string at a key
            getset 3 write,denyoom,fast 1,1,1 string 1.0.0 Sets a key to a string and answers the one before
            incr 2 write,denyoom,fast 1,1,1 string 1.0.0 Adds one to the integer at a key
            incrby 3 write,denyoom,fast 1,1,1 string 1.0.0 Adds to the integer at a key
            incrbyfloat 3 write,denyoom,fast 1,1,1 string 2.6.0 Adds to the number at a key
            lcs -3 readonly 1,2,1 string 7.0.0 The longest common subsequence of two strings
            mget -2 readonly,fast 1,-1,1 string 1.0.0 The strings at several keys
            mset -3 write,denyoom 1,-1,2 string 1.0.1 Sets several keys to strings, all or none
            msetnx -3 write,denyoom 1,-1,2 string 1.0.1 Sets several keys to strings if none of them exists
            psetex 4 write,denyoom 1,1,1 string 2.6.0 Sets a key to a string for some milliseconds
            set -3 write,denyoom 1,1,1 string 1.0.0 Sets a key to a string, with conditions and a time to live
            setex 4 write,denyoom 1,1,1 string 2.0.0 Sets a key to a string for some seconds
            setnx 3 write,denyoom,fast 1,1,1 string 1.0.0 Sets a key to a string if it does not exist
            setrange 4 write,denyoom 1,1,1 string 2.2.0 Overwrites a part of the string at a key
            strlen 2 readonly,fast 1,1,1 string 2.2.0 The length of the string at a key
            substr 4 readonly 1,1,1 string 1.0.0 A part of the string at a key; GETRANGE by its old name
            """;

    private static final String BITMAP = """
            bitcount -2 readonly 1,1,1 bitmap 2.6.0 Counts the bits that are set in a string
            bitfield -2 write,denyoom 1,1,1 bitmap 3.2.0 Reads and changes integers of any width inside a string
            bitfield_ro -2 readonly,fast 1,1,1 bitmap 6.0.0 Reads integers of any width inside a string
            bitop -4 write,denyoom 2,-1,1 bitmap 2.6.0 Combines strings bit by bit into another
            bitpos -3 readonly 1,1,1 bitmap 2.8.7 The first bit that is set, or clear, in a string
            getbit 3 readonly,fast 1,1,1 bitmap 2.2.0 One bit of a string
            setbit 4 write,denyoom 1,1,1 bitmap 2.2.0 Sets or clears one bit of a string
            """;

    private static final String HASH = """
            hdel -3 write,fast 1,1,1 hash 2.0.0 Deletes fields of a hash
            hexists 3 readonly,fast 1,1,1 hash 2.0.0 Whether a hash has a field
            hget 3 readonly,fast 1,1,1 hash 2.0.0 The value of a field
            hgetall 2 readonly 1,1,1 hash 2.0.0 All fields of a hash with their values
            hincrby 4 write,denyoom,fast 1,1,1 hash 2.0.0 Adds to the integer in a field
            hincrbyfloat 4 write,denyoom,fast 1,1,1 hash 2.6.0 Adds to the number in a field
            hkeys 2 readonly 1,1,1 hash 2.0.0 All fields of a hash
            hlen 2 readonly,fast 1,1,1 hash 2.0.0 The number of fields in a hash
            hmget -3 readonly,fast 1,1,1 hash 2.0.0 The values of several fields
            hmset -4 write,denyoom,fast 1,1,1 hash 2.0.0 Sets several fields
            hrandfield -2 readonly 1,1,1 hash 6.2.0 Random fields of a hash
            hscan -3 readonly 1,1,1 hash 2.8.0 Walks through the fields of a hash
            hset -4 write,denyoom,fast 1,1,1 hash 2.0.0 Sets fields and counts the new ones
            hsetnx 4 write,denyoom,fast 1,1,1 hash 2.0.0 Sets a field if it does not exist
            hstrlen 3 readonly,fast 1,1,1 hash 3.2.0 The length of a field's value
            hvals 2 readonly 1,1,1 hash 2.0.0 All values in a hash
            """;

    private static final String LIST = """
            blmove 6 write,denyoom,noscript,blocking 1,2,1 list 6.2.0 Moves an element from list to list, waiting for one
            blmpop -5 write,blocking numkeys@2 list 7.0.0 Pops elements from the first list that has some, waiting for one
            blpop -3 write,noscript,blocking 1,-2,1 list 2.0.0 Pops the first element of the first list that has some, waiting for one
            brpop -3 write,noscript,blocking 1,-2,1 list 2.0.0 Pops the last element of the first list that has some, waiting for one
            brpoplpush 4 write,denyoom,noscript,blocking 1,2,1 list 2.2.0 Moves the last element to the head of another list, waiting for one
            lindex 3 readonly 1,1,1 list 1.0.0 The element at a position
            linsert 5 write,denyoom 1,1,1 list 2.2.0 Inserts an element before or after another
            llen 2 readonly,fast 1,1,1 list 1.0.0 The number of elements in a list
            lmove 5 write,denyoom 1,2,1 list 6.2.0 Moves an element from list to list
            lmpop -4 write numkeys@1 list 7.0.0 Pops elements from the first list that has some
            lpop -2 write,fast 1,1,1 list 1.0.0 Pops elements at the head
            lpos -3 readonly 1,1,1 list 6.0.6 The positions of an element
            lpush -3 write,denyoom,fast 1,1,1 list 1.0.0 Adds elements at the head
            lpushx -3 write,denyoom,fast 1,1,1 list 2.2.0 Adds elements at the head of a list that exists
            lrange 4 readonly 1,1,1 list 1.0.0 The elements between two positions
            lrem 4 write 1,1,1 list 1.0.0 Removes elements that equal one
            lset 4 write,denyoom 1,1,1 list 1.0.0 Replaces the element at a position
            ltrim 4 write 1,1,1 list 1.0.0 Keeps only the elements between two positions
            rpop -2 write,fast 1,1,1 list 1.0.0 Pops elements at the tail
            rpoplpush 3 write,denyoom 1,2,1 list 1.2.0 Moves the last element to the head of another list
            rpush -3 write,denyoom,fast 1,1,1 list 1.0.0 Adds elements at the tail
            rpushx -3 write,denyoom,fast 1,1,1 list 2.2.0 Adds elements at the tail of a list that exists
            """;

    private static final String SET = """
            sadd -3 write,denyoom,fast 1,1,1 set 1.0.0 Adds members to a set
            scard 2 readonly,fast 1,1,1 set 1.0.0 The number of members in a set
            sdiff -2 readonly 1,-1,1 set 1.0.0 The members of the first set that the others lack
            sdiffstore -3 write,denyoom 1,-1,1 set 1.0.0 Keeps the difference of sets in a key
            sinter -2 readonly 1,-1,1 set 1.0.0 The members that all sets have
            sintercard -3 readonly numkeys@1 set 7.0.0 The number of members that all sets have
            sinterstore -3 write,denyoom 1,-1,1 set 1.0.0 Keeps the intersection of sets in a key
            sismember 3 readonly,fast 1,1,1 set 1.0.0 Whether a set has a member
            smembers 2 readonly 1,1,1 set 1.0.0 All members of a set
            smismember -3 readonly,fast 1,1,1 set 6.2.0 Which of several members a set has
            smove 4 write,fast 1,2,1 set 1.0.0 Moves a member from set to set
            spop -2 write,fast 1,1,1 set 1.0.0 Removes and answers random members
            srandmember -2 readonly 1,1,1 set 1.0.0 Random members of a set
            srem -3 write,fast 1,1,1 set 1.0.0 Removes members from a set
            sscan -3 readonly 1,1,1 set 2.8.0 Walks through the members of a set
            sunion -2 readonly 1,-1,1 set 1.0.0 The members that any set has
            sunionstore -3 write,denyoom 1,-1,1 set 1.0.0 Keeps the union of sets in a key
            """;

    private static final String SORTED_SET = """
            bzmpop -5 write,blocking numkeys@2 sortedset 7.0.0 Pops members from the first sorted set that has some, waiting for one
            bzpopmax -3 write,noscript,blocking,fast 1,-2,1 sortedset 5.0.0 Pops the highest member of the first sorted set that has some, waiting for one
            bzpopmin -3 write,noscript,blocking,fast 1,-2,1 sortedset 5.0.0 Pops the lowest member of the first sorted set that has some, waiting for one
            zadd -4 write,denyoom,fast 1,1,1 sortedset 1.2.0 Adds members with scores, or changes scores
            zcard 2 readonly,fast 1,1,1 sortedset 1.2.0 The number of members in a sorted set
            zcount 4 readonly,fast 1,1,1 sortedset 2.0.0 The number of members between two scores
            zdiff -3 readonly numkeys@1 sortedset 6.2.0 The members of the first sorted set that the others lack
            zdiffstore -4 write,denyoom 1+numkeys@2 sortedset 6.2.0 Keeps the difference of sorted sets in a key
            zincrby 4 write,denyoom,fast 1,1,1 sortedset 1.2.0 Adds to a member's score
            zinter -3 readonly numkeys@1 sortedset 6.2.0 The members that all sorted sets have
            zintercard -3 readonly numkeys@1 sortedset 7.0.0 The number of members that all sorted sets have
            zinterstore -4 write,denyoom 1+numkeys@2 sortedset 2.0.0 Keeps the intersection of sorted sets in a key
            zlexcount 4 readonly,fast 1,1,1 sortedset 2.8.9 The number of members between two names
            zmpop -4 write numkeys@1 sortedset 7.0.0 Pops members from the first sorted set that has some
            zmscore -3 readonly,fast 1,1,1 sortedset 6.2.0 The scores of several members
            zpopmax -2 write,fast 1,1,1 sortedset 5.0.0 Pops the highest members
            zpopmin -2 write,fast 1,1,1 sortedset 5.0.0 Pops the lowest members
            zrandmember -2 readonly 1,1,1 sortedset 6.2.0 Random members of a sorted set
            zrange -4 readonly 1,1,1 sortedset 1.2.0 Members by rank, score or name
            zrangebylex -4 readonly 1,1,1 sortedset 2.8.9 Members between two names
            zrangebyscore -4 readonly 1,1,1 sortedset 1.0.5 Members between two scores
            zrangestore -5 write,denyoom 1,2,1 sortedset 6.2.0 Keeps a range of members in a key
            zrank 3 readonly,fast 1,1,1 sortedset 2.0.0 A member's rank from the lowest
            zrem -3 write,fast 1,1,1 sortedset 1.2.0 Removes members
            zremrangebylex 4 write 1,1,1 sortedset 2.8.9 Removes the members between two names
            zremrangebyrank 4 write 1,1,1 sortedset 2.0.0 Removes the members between two ranks
            zremrangebyscore 4 write 1,1,1 sortedset 1.2.0 Removes the members between two scores
            zrevrange -4 readonly 1,1,1 sortedset 1.2.0 Members by rank, highest first
            zrevrangebylex -4 readonly 1,1,1 sortedset 2.8.9 Members between two names, last first
            zrevrangebyscore -4 readonly 1,1,1 sortedset 2.2.0 Members between two scores, highest first
            zrevrank 3 readonly,fast 1,1,1 sortedset 2.0.0 A member's rank from the highest
            zscan -3 readonly 1,1,1 sortedset 2.8.0 Walks through the members of a sorted set
            zscore 3 readonly,fast 1,1,1 sortedset 1.2.0 A member's score
            zunion -3 readonly numkeys@1 sortedset 6.2.0 The members that any sorted set has
            zunionstore -4 write,denyoom 1+numkeys@2 sortedset 2.0.0 Keeps the union of sorted sets in a key
            """;

    private static final String HYPERLOGLOG = """
            pfadd -2 write,denyoom,fast 1,1,1 hyperloglog 2.8.9 Adds elements to a HyperLogLog
            pfcount -2 readonly 1,-1,1 hyperloglog 2.8.9 Estimates how many distinct elements were added
            pfmerge -2 write,denyoom 1,-1,1 hyperloglog 2.8.9 Merges HyperLogLogs into one
            """;

    private static final String GENERIC = """
            copy -3 write,denyoom 1,2,1 keyspace 6.2.0 Copies a key's value to another key
            del -2 write 1,-1,1 keyspace 1.0.0 Deletes keys
            dump 2 readonly 1,1,1 keyspace 2.6.0 A key's value in serialized form
            exists -2 readonly,fast 1,-1,1 keyspace 1.0.0 Counts the keys that exist
            expire -3 write,fast 1,1,1 keyspace 1.0.0 Lets a key end in some seconds
            expireat -3 write,fast 1,1,1 keyspace 1.2.0 Lets a key end at a second since 1970
            expiretime 2 readonly,fast 1,1,1 keyspace 7.0.0 The second since 1970 at which a key ends
            keys 2 readonly - dangerous,keyspace 1.0.0 All keys that match a pattern
            object -2 - - - 2.2.3 What is known of a key's value
            object|encoding 3 readonly 2,2,1 keyspace 2.2.3 The name that Redis gives to the value's representation
            object|freq 3 readonly 2,2,1 keyspace 4.0.0 How often a key was used lately
            object|help 2 loading,stale - keyspace 6.2.0 The subcommands of OBJECT
            object|idletime 3 readonly 2,2,1 keyspace 2.2.3 The seconds since a key was used
            object|refcount 3 readonly 2,2,1 keyspace 2.2.3 The references to a key's value
            persist 2 write,fast 1,1,1 keyspace 2.2.0 Takes a key's expiry away
            pexpire -3 write,fast 1,1,1 keyspace 2.6.0 Lets a key end in some milliseconds
            pexpireat -3 write,fast 1,1,1 keyspace 2.6.0 Lets a key end at a millisecond since 1970
            pexpiretime 2 readonly,fast 1,1,1 keyspace 7.0.0 The millisecond since 1970 at which a key ends
            pttl 2 readonly,fast 1,1,1 keyspace 2.6.0 The milliseconds until a key ends
            randomkey 1 readonly - keyspace 1.0.0 A random key
            rename 3 write 1,2,1 keyspace 1.0.0 Gives a key's value another name
            renamenx 3 write,fast 1,2,1 keyspace 1.0.0 Gives a key's value another name that is free
            restore -4 write,denyoom 1,1,1 dangerous,keyspace 2.6.0 Makes a key from serialized form
            scan -2 readonly - keyspace 2.8.0 Walks through the keys
            sort -2 write,denyoom sort dangerous,list,set,sortedset 1.0.0 Sorts a list, a set or a sorted set, and keeps the result if asked
            sort_ro -2 readonly sort dangerous,list,set,sortedset 7.0.0 Sorts a list, a set or a sorted set
            touch -2 readonly,fast 1,-1,1 keyspace 3.2.1 Counts the keys that exist and marks them as used
            ttl 2 readonly,fast 1,1,1 keyspace 1.0.0 The seconds until a key ends
            type 2 readonly,fast 1,1,1 keyspace 1.0.0 The type of a key's value
            unlink -2 write,fast 1,-1,1 keyspace 4.0.0 Deletes keys, giving memory back later
            wait 3 noscript - connection 3.0.0 Waits until other regions have this connection's writes
            waitaof 4 noscript - connection 7.2.0 Waits until this connection's writes are on disk, here and elsewhere
            """;

    private static final String PUBSUB = """
            psubscribe -2 pubsub,noscript,loading,stale - - 2.0.0 Listens to the channels that match patterns
            publish 3 pubsub,loading,stale,fast - - 2.0.0 Sends a message to a channel
            pubsub -2 - - - 2.8.0 What is known of channels
            pubsub|channels -2 pubsub,loading,stale - - 2.8.0 The channels that somebody listens to
            pubsub|help 2 loading,stale - - 6.2.0 The subcommands of PUBSUB
            pubsub|numpat 2 pubsub,loading,stale - - 2.8.0 The number of patterns listened to
            pubsub|numsub -2 pubsub,loading,stale - - 2.8.0 How many listen to channels
            pubsub|shardchannels -2 pubsub,loading,stale - - 7.0.0 The shard channels that somebody listens to
            pubsub|shardnumsub -2 pubsub,loading,stale - - 7.0.0 How many listen to shard channels
            punsubscribe -1 pubsub,noscript,loading,stale - - 2.0.0 Stops listening to patterns
            spublish 3 pubsub,loading,stale,fast channels:1,1,1 - 7.0.0 Sends a message to a shard channel
            ssubscribe -2 pubsub,noscript,loading,stale channels:1,-1,1 - 7.0.0 Listens to shard channels
            subscribe -2 pubsub,noscript,loading,stale - - 2.0.0 Listens to channels
            sunsubscribe -1 pubsub,noscript,loading,stale channels:1,-1,1 - 7.0.0 Stops listening to shard channels
            unsubscribe -1 pubsub,noscript,loading,stale - - 2.0.0 Stops listening to channels
            """;

    private static final String SCRIPTING = """
            eval -3 noscript,stale,skip_monitor,no_mandatory_keys numkeys@2 scripting 2.6.0 Runs a script
            eval_ro -3 readonly,noscript,stale,skip_monitor,no_mandatory_keys numkeys@2 scripting 7.0.0 Runs a script that only reads
            evalsha -3 noscript,stale,skip_monitor,no_mandatory_keys numkeys@2 scripting 2.6.0 Runs a script by its digest
            evalsha_ro -3 readonly,noscript,stale,skip_monitor,no_mandatory_keys numkeys@2 scripting 7.0.0 Runs a script that only reads by its digest
            script -2 - - - 2.6.0 Keeps scripts
            script|exists -3 noscript - scripting 2.6.0 Which scripts are kept
            script|flush -2 noscript - scripting 2.6.0 Forgets all scripts
            script|help 2 loading,stale - scripting 5.0.0 The subcommands of SCRIPT
            script|kill 2 noscript,allow_busy - scripting 2.6.0 Stops the script that runs
            script|load 3 noscript,stale - scripting 2.6.0 Keeps a script and answers its digest
            """;

    private static final String TRANSACTIONS = """
            discard 1 noscript,loading,stale,fast,allow_busy - transaction 2.0.0 Forgets the commands since MULTI
            exec 1 noscript,loading,stale,skip_slowlog - transaction 1.2.0 Executes the commands since MULTI as one
            multi 1 noscript,loading,stale,fast,allow_busy - transaction 1.2.0 Begins a block that is executed as one
            unwatch 1 noscript,loading,stale,fast,allow_busy - transaction 2.2.0 Forgets the watched keys
            watch -2 noscript,loading,stale,fast,allow_busy 1,-1,1 transaction 2.2.0 Lets EXEC fail if one of the keys changes before
            """;

    private static final String CONNECTION = """
            auth -2 noscript,loading,stale,fast,no_auth,allow_busy - connection 1.0.0 Logs the connection in
            client -2 - - - 2.4.0 What is known of connections
            client|caching 3 noscript,loading,stale - connection 6.0.0 Whether the keys of the next command are tracked
            client|getname 2 noscript,loading,stale - connection 2.6.9 The connection's name
            client|getredir 2 noscript,loading,stale - connection 6.0.0 The connection that gets this one's invalidations
            client|help 2 loading,stale - connection 5.0.0 The subcommands of CLIENT
            client|id 2 noscript,loading,stale - connection 5.0.0 The connection's number
            client|info 2 noscript,loading,stale - connection 6.2.0 What is known of this connection
            client|kill -3 admin,noscript,loading,stale - connection 2.4.0 Ends connections
            client|list -2 admin,noscript,loading,stale - connection 2.4.0 What is known of all connections
            client|no-evict 3 admin,noscript,loading,stale - connection 7.0.0 Keeps the connection when memory is short
            client|no-touch 3 noscript,loading,stale - connection 7.2.0 Lets the connection's commands leave the marks of use alone
            client|pause -3 admin,noscript,loading,stale - connection 2.9.50 Holds all commands for a while
            client|reply 3 noscript,loading,stale - connection 3.2.0 Whether the connection's commands are answered
            client|setinfo 4 noscript,loading,stale - connection 7.2.0 Names the client library
            client|setname 3 noscript,loading,stale - connection 2.6.9 Names the connection
            client|tracking -3 noscript,loading,stale - connection 6.0.0 Whether the server tells of keys that this connection has cached and others change
            client|trackinginfo 2 noscript,loading,stale - connection 6.2.0 How the connection's keys are tracked
            client|unblock -3 admin,noscript,loading,stale - connection 5.0.0 Lets a connection that waits go on
            client|unpause 2 admin,noscript,loading,stale - connection 6.2.0 Ends CLIENT PAUSE
            echo 2 loading,stale,fast - connection 1.0.0 Answers its argument
            hello -1 noscript,loading,stale,fast,no_auth,allow_busy - connection 6.0.0 Chooses the protocol, and logs in and names the connection if asked
            ping -1 fast - connection 1.0.0 Answers PONG or its argument
            quit -1 noscript,loading,stale,fast,no_auth,allow_busy - connection 1.0.0 Ends the connection
            reset 1 noscript,loading,stale,fast,no_auth,allow_busy - connection 6.2.0 Brings the connection back to its beginning
            select 2 loading,stale,fast - connection 1.0.0 Chooses the database
            """;

    private static final String CLUSTER = """
            asking 1 fast - connection 3.0.0 Lets the next command reach a slot that is being moved here
            cluster -2 - - - 3.0.0 What is known of slots and nodes
            cluster|countkeysinslot 3 stale - - 3.0.0 The number of keys in a slot
            cluster|getkeysinslot 4 stale - - 3.0.0 Keys in a slot
            cluster|help 2 loading,stale - - 5.0.0 The subcommands of CLUSTER
            cluster|info 2 stale - - 3.0.0 The state of the cluster
            cluster|keyslot 3 stale - - 3.0.0 The slot of a key
            cluster|links 2 stale - - 7.0.0 The links between nodes
            cluster|myid 2 stale - - 3.0.0 The name of this node
            cluster|myshardid 2 stale - - 7.2.0 The name of this node's shard
            cluster|nodes 2 stale - - 3.0.0 The nodes and their slots, as text
            cluster|replicas 3 admin,stale - - 5.0.0 The nodes that copy a node
            cluster|shards 2 stale - - 7.0.0 The shards, their slots and nodes
            cluster|slots 2 stale - - 3.0.0 The ranges of slots and their nodes
            readonly 1 loading,stale,fast - connection 3.0.0 Lets the connection read from a node that copies
            readwrite 1 loading,stale,fast - connection 3.0.0 Ends READONLY
            """;

    private static final String SERVER = """
            acl -2 - - - 6.0.0 Who may do what
            acl|cat -2 noscript,loading,stale - - 6.0.0 The categories of commands
            acl|getuser 3 admin,noscript,loading,stale - - 6.0.0 What a user may do
            acl|help 2 loading,stale - - 6.0.0 The subcommands of ACL
            acl|list 2 admin,noscript,loading,stale - - 6.0.0 The rules of all users
            acl|users 2 admin,noscript,loading,stale - - 6.0.0 The names of all users
            acl|whoami 2 noscript,loading,stale - - 6.0.0 The connection's user
            command -1 loading,stale - connection 2.8.13 The commands there are
            command|count 2 loading,stale - connection 2.8.13 The number of commands
            command|docs -2 loading,stale - connection 7.0.0 What commands are for
            command|getkeys -4 loading,stale - connection 2.8.13 The keys in a command
            command|getkeysandflags -4 loading,stale - connection 7.0.0 The keys in a command and what it does with them
            command|help 2 loading,stale - connection 5.0.0 The subcommands of COMMAND
            command|info -2 loading,stale - connection 2.8.13 What is known of commands
            command|list -2 loading,stale - connection 7.0.0 The names of commands
            config -2 - - - 2.0.0 The server's settings
            config|get -3 admin,noscript,loading,stale - - 2.0.0 The values of settings
            config|help 2 loading,stale - - 5.0.0 The subcommands of CONFIG
            config|resetstat 2 admin,noscript,loading,stale - - 2.0.0 Sets the counters in INFO back
            config|rewrite 2 admin,noscript,loading,stale - - 2.8.0 Writes settings to the file
            config|set -4 admin,noscript,loading,stale - - 2.0.0 Changes settings
            dbsize 1 readonly,fast - keyspace 1.0.0 The number of keys
            flushall -1 write - dangerous,keyspace 1.0.0 Deletes all keys of all databases
            flushdb -1 write - dangerous,keyspace 1.0.0 Deletes all keys of this database
            info -1 loading,stale - dangerous 1.0.0 The state of the server
            lastsave 1 loading,stale,fast - admin,dangerous 1.0.0 The second since 1970 of the last snapshot
            latency -2 - - - 2.8.13 The delays that were noticed
            latency|doctor 2 admin,noscript,loading,stale - - 2.8.13 Advice about delays
            latency|help 2 loading,stale - - 2.8.13 The subcommands of LATENCY
            latency|histogram -2 admin,noscript,loading,stale - - 7.0.0 How long commands took
            latency|history 3 admin,noscript,loading,stale - - 2.8.13 The delays of an event
            latency|latest 2 admin,noscript,loading,stale - - 2.8.13 The last delay of every event
            latency|reset -2 admin,noscript,loading,stale - - 2.8.13 Forgets delays
            lolwut -1 readonly,fast - - 5.0.0 The version, and something nice
            memory -2 - - - 4.0.0 What is known of memory
            memory|doctor 2 - - - 4.0.0 Advice about memory
            memory|help 2 loading,stale - - 4.0.0 The subcommands of MEMORY
            memory|malloc-stats 2 - - - 4.0.0 The allocator's own figures
            memory|purge 2 - - - 4.0.0 Gives memory back to the system
            memory|stats 2 - - - 4.0.0 Memory by use
            memory|usage -3 readonly 2,2,1 - 4.0.0 The bytes that a key takes
            module -2 - - - 4.0.0 Parts that were loaded
            module|help 2 loading,stale - - 5.0.0 The subcommands of MODULE
            module|list 2 admin,noscript - - 4.0.0 The parts that were loaded: none
            role 1 noscript,loading,stale,fast - admin,dangerous 2.8.12 Whether this node takes writes or copies
            slowlog -2 - - - 2.2.12 The commands that took long
            slowlog|get -2 admin,loading,stale - - 2.2.12 The commands that took long
            slowlog|help 2 loading,stale - - 6.2.0 The subcommands of SLOWLOG
            slowlog|len 2 admin,loading,stale - - 2.2.12 How many commands are kept
            slowlog|reset 2 admin,loading,stale - - 2.2.12 Forgets them
            swapdb 3 write,fast - dangerous,keyspace 4.0.0 Exchanges two databases
            time 1 loading,stale,fast - - 2.6.0 The node's clock
            """;

    private static final String MERIDIAN = """
            meridian.conflict 2 readonly 1,1,1 keyspace 0.1.0 What waits for a person at a key: its siblings and their token
            meridian.conflicts -1 readonly - keyspace 0.1.0 What waits for a person in this region, or what was dropped
            meridian.idem -3 write,denyoom - keyspace 0.1.0 Carries a write out once for its id, however often it is sent
            meridian.inspect 2 readonly 1,1,1 keyspace 0.1.0 A key's value with its clock, origin and siblings, in each region
            meridian.latewrite 4 write,denyoom 1,1,1 keyspace 0.1.0 What a region sends to the primary for a late write that a person applies
            meridian.latewrites -2 admin - keyspace 0.1.0 Late writes that wait for a person in this region: list, show, apply, discard
            meridian.read -2 - - connection 0.1.0 The read level of the connection, or of the one command that follows
            meridian.resolve 5 write,denyoom 1,1,1 keyspace 0.1.0 Ends the conflict that the token names, with a sibling or a new value
            meridian.staleness 2 readonly,fast 1,1,1 keyspace 0.1.0 How old the state may be that a read of a key is answered from
            meridian.token -1 fast,stale - connection 0.1.0 The connection's session token, or adopts one
            meridian.verify -1 readonly - keyspace,dangerous 0.1.0 Proves that regions are equal, or lists the keys that are not
            """;

    private static final List<CommandSpec> ALL = all();

    private CommandRows() {}

    /** All commands, containers before their subcommands, in a fixed order. */
    static List<CommandSpec> specs() {
        return ALL;
    }

    private static List<CommandSpec> all() {
        List<CommandSpec> specs = new ArrayList<>();
        add(specs, "string", STRING);
        add(specs, "bitmap", BITMAP);
        add(specs, "hash", HASH);
        add(specs, "list", LIST);
        add(specs, "set", SET);
        add(specs, "sorted-set", SORTED_SET);
        add(specs, "hyperloglog", HYPERLOGLOG);
        add(specs, "generic", GENERIC);
        add(specs, "pubsub", PUBSUB);
        add(specs, "scripting", SCRIPTING);
        add(specs, "transactions", TRANSACTIONS);
        add(specs, "connection", CONNECTION);
        add(specs, "cluster", CLUSTER);
        add(specs, "server", SERVER);
        add(specs, "meridian", MERIDIAN);
        return List.copyOf(specs);
    }

    private static void add(List<CommandSpec> specs, String group, String rows) {
        rows.lines().forEach(row -> specs.add(spec(specs.size(), group, row.split(" ", 7))));
    }

    private static CommandSpec spec(int ordinal, String group, String[] columns) {
        List<String> categories = columns[4].equals("-") ? List.of() : List.of(columns[4].split(","));
        KeyRule keys = KeyRule.parse(columns[3]);
        int flags = keys.movable() ? CommandSpec.Flag.MOVABLEKEYS.bit() : 0;
        if (!columns[2].equals("-")) {
            for (String flag : columns[2].split(",")) {
                flags |= CommandSpec.Flag.of(flag).bit();
            }
        }
        return new CommandSpec(
                ordinal,
                columns[0],
                Integer.parseInt(columns[1]),
                flags,
                keys,
                CommandSpec.categories(flags, group, categories),
                group,
                columns[5],
                columns[6]);
    }
}
