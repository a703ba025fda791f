package sagatest

func random[T any](w *world[T]) {}
