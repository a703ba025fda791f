package postgres

import (
	"strconv"
	"strings"
)

// storage fills into a step how events are stored: in one table, or by ranges of positions.
func (c config) storage(text string) string {
	partitioning, indexes := "", mustRead("indexes.sql")
	if c.partition > 0 {
		partitioning, indexes = " PARTITION BY RANGE (position)", mustRead("partitions.sql")
	}
	return strings.NewReplacer(
		"{partitioning}", partitioning,
		"{indexes}", indexes,
		"{partition_size}", strconv.FormatInt(max(c.partition, 0), 10),
	).Replace(text)
}
