package faults

import "errors"

// Halt keeps the child from doing anything, without its noticing, until Resume: not here.
func (c *Child) Halt() error { return errors.ErrUnsupported }

// Resume lets a child that was halted go on.
func (c *Child) Resume() error { return errors.ErrUnsupported }
