package postgres

// queries are the statements of readers with the schema's name in them.
type queries struct {
	survey, holders, blockers, keepSafe string

	page, filtered, firstKept           string
	forwards, backwards, known, removed string
	withSnapshot, saveSnapshot          string
	byID                                string

	raiseFirstKept, deleteOld, oldPartitions string
}

func newQueries(n names) *queries {
	return &queries{
		survey: n.fill(selectSurvey), holders: n.fill(selectHolders), blockers: n.fill(selectBlockers), keepSafe: n.fill(updateSafe),
		page: n.fill(selectPage), filtered: n.fill(selectFiltered), firstKept: n.fill(selectFirstKept),
		forwards: n.fill(selectForwards), backwards: n.fill(selectBackwards), known: n.fill(selectKnown), removed: n.fill(selectRemoved),
		withSnapshot: n.fill(selectWithSnapshot), saveSnapshot: n.fill(upsertSnapshot),
		byID:           n.fill(selectByIDs),
		raiseFirstKept: n.fill(updateFirstKept), deleteOld: n.fill(deleteOld), oldPartitions: n.fill(selectOldPartitions),
	}
}
