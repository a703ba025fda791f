package sqlite

import "database/sql/driver"

// WithDriver puts d in the place of SQLite's driver.
func WithDriver(d driver.Driver) Option { return func(c *config) { c.driver = d } }
