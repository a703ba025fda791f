package main

//go:generate go run github.com/evgen/evgen/cmd/evgen generate
