module github.com/flatmap-go/flatmap/linearizability/explore/corpus

go 1.26.0

replace github.com/flatmap-go/flatmap => ../../..

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/dolthub/maphash v0.1.0 // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/golang/snappy v1.0.0 // indirect
	github.com/hashicorp/errwrap v1.1.0 // indirect
	github.com/hashicorp/go-immutable-radix v1.3.1 // indirect
	github.com/hashicorp/go-metrics v0.7.0 // indirect
	github.com/hashicorp/golang-lru v1.0.2 // indirect
	github.com/kr/pretty v0.3.0 // indirect
	github.com/kr/text v0.2.0 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/rogpeppe/go-internal v1.9.0 // indirect
	golang.org/x/exp v0.0.0-20221031165847-c99f073a8326 // indirect
	golang.org/x/sys v0.48.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)

require (
	github.com/VictoriaMetrics/fastcache v1.13.2
	github.com/Workiva/go-datastructures v1.1.7
	github.com/alitto/pond v1.9.2
	github.com/allegro/bigcache v1.2.1-0.20190218064605-e24eb225f156
	github.com/allegro/bigcache/v3 v3.1.0
	github.com/alphadose/haxmap v1.4.0
	github.com/asaskevich/EventBus v0.0.0-20200907212545-49d423059eef
	github.com/benbjohnson/clock v1.3.5
	github.com/bits-and-blooms/bitset v1.24.4
	github.com/bits-and-blooms/bloom/v3 v3.7.1
	github.com/bluele/gcache v0.0.2
	github.com/bytedance/gopkg v0.1.4
	github.com/cenkalti/backoff/v4 v4.3.0
	github.com/cespare/xxhash/v2 v2.3.0
	github.com/cockroachdb/datadriven v1.0.2
	github.com/coocood/freecache v1.2.7
	github.com/cornelk/hashmap v1.0.8
	github.com/cskr/pubsub v1.0.2
	github.com/deckarep/golang-set/v2 v2.9.0
	github.com/dgraph-io/ristretto/v2 v2.4.2
	github.com/dolthub/swiss v0.2.1
	github.com/eapache/go-resiliency v1.7.0
	github.com/eapache/queue v1.1.0
	github.com/enriquebris/goconcurrentqueue v0.7.0
	github.com/flatmap-go/flatmap v0.0.0 // indirect
	github.com/fsnotify/fsnotify v1.10.1
	github.com/gammazero/deque v1.2.3
	github.com/gammazero/workerpool v1.3.0
	github.com/goburrow/cache v0.1.4
	github.com/golang/groupcache v0.0.0-20241129210726-2c02b8208cf8
	github.com/google/btree v1.1.3
	github.com/google/uuid v1.6.0
	github.com/hashicorp/go-memdb v1.3.5
	github.com/hashicorp/go-multierror v1.1.1
	github.com/hashicorp/golang-lru/v2 v2.0.7
	github.com/hashicorp/serf v0.11.0
	github.com/jackc/puddle/v2 v2.2.3
	github.com/jellydator/ttlcache/v3 v3.4.1
	github.com/jonboulle/clockwork v0.5.0
	github.com/juju/ratelimit v1.0.2
	github.com/klauspost/compress v1.20.4
	github.com/maypok86/otter v1.2.4
	github.com/muesli/cache2go v0.0.0-20221011235721-518229cd8021
	github.com/nats-io/nuid v1.0.1
	github.com/oklog/run v1.2.0
	github.com/oklog/ulid/v2 v2.1.2
	github.com/orcaman/concurrent-map/v2 v2.0.1
	github.com/panjf2000/ants/v2 v2.12.1
	github.com/patrickmn/go-cache v2.1.0+incompatible
	github.com/prometheus/client_golang v1.25.0
	github.com/prometheus/client_model v0.6.3
	github.com/prometheus/common v0.72.0
	github.com/prometheus/procfs v0.22.0
	github.com/puzpuzpuz/xsync/v3 v3.5.1
	github.com/rcrowley/go-metrics v0.0.0-20250401214520-65e299d6c5c9
	github.com/rs/zerolog v1.35.1
	github.com/sirupsen/logrus v1.10.2
	github.com/sony/gobreaker v1.0.0
	github.com/sourcegraph/conc v0.3.0
	github.com/stretchr/testify v1.12.1
	github.com/tidwall/btree v1.8.2
	github.com/twmb/murmur3 v1.1.8
	github.com/valyala/bytebufferpool v1.0.0
	github.com/zhangyunhao116/fastrand v0.3.0
	github.com/zhangyunhao116/skipmap v0.10.1
	go.etcd.io/raft/v3 v3.7.0
	go.mongodb.org/mongo-driver v1.17.4
	go.uber.org/atomic v1.12.0
	go.uber.org/goleak v1.3.0
	go.uber.org/multierr v1.11.0
	go.uber.org/ratelimit v0.3.1
	go.uber.org/zap v1.28.0
	go.yaml.in/yaml/v3 v3.0.5
	golang.org/x/sync v0.25.0
	golang.org/x/time v0.16.0
	google.golang.org/protobuf v1.36.12
	gopkg.in/check.v1 v1.0.0-20190902080502-41f04d3bba15
)

tool github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore
