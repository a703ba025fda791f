// Package sagatest is the suite that every database of sagas passes: see [Run].
package sagatest

import (
	"slices"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// Store is what the suite asks of an event store.
type Store interface {
	runtime.Store
	runtime.Subscriber
	runtime.Finder
}

// World is a store of events and sagas, empty, in one database.
type World[T any] struct {
	Store  Store
	Models projection.Database[T]
	Sagas  saga.Database[T]
	// Append appends to the store in a transaction.
	Append saga.AppendIn[T]
	// Again opens the same database as another process would.
	Again func(t testing.TB) saga.Database[T]
	// Die has [Mortal] run in a process of its own over the same database, until that dies.
	Die func(t testing.TB)
	// Pass lets time pass: all that is stored about sagas moves d into the past.
	Pass func(t testing.TB, d time.Duration)
}

// Target makes worlds.
type Target[T any] struct {
	New func(t testing.TB) World[T]
}

// story is one test.
type story[T any] struct {
	name string
	tell func(w *world[T])
}

// Run runs the suite.
func Run[T any](t *testing.T, target Target[T]) {
	for _, s := range slices.Concat(
		stepsStories[T](), failuresStories[T](), claimsStories[T](), waitsStories[T](), definitionsStories[T](), operatorsStories[T](),
		[]story[T]{{"TheLedgerIsNeverBehindTheSaga", random[T]}},
	) {
		t.Run(s.name, func(t *testing.T) { s.tell(newWorld(t, target)) })
	}
}

// stepsStories tell how sagas begin, and take their steps.
func stepsStories[T any]() []story[T] {
	return []story[T]{
		{"StepsAreTakenInOrderAndNoted", stepsInOrder[T]},
		{"TheSecondStartOfAKeyIsDropped", secondStart[T]},
		{"TenantsAndHostileIDsAreApart", hostileIDs[T]},
		{"StepsEmitWithTheirTransition", emissions[T]},
		{"ARefusedEmissionIsAFailedAttempt", refusedEmission[T]},
		{"StateIsKeptIfTheStepSucceeds", stateKept[T]},
		{"StateThatIsNotJSONFails", stateRefused[T]},
		{"SagasBeginAtOnceInOneProcess", wokenAtOnce[T]},
		{"EventsFromBeforeBeginNothing", startAfter[T]},
		{"ABatchKeepsTheOrderOfEvents", batchOrder[T]},
		{"AnEmptyKeyIsALetter", emptyKey[T]},
	}
}

// failuresStories tell attempts that fail, and compensations.
func failuresStories[T any]() []story[T] {
	return []story[T]{
		{"FailuresAreTriedAgainAfterTheirBackoff", triedAgain[T]},
		{"CommittedStepsAreCompensatedInReverse", reverse[T]},
		{"PermanentFailuresAreNotTriedAgain", permanent[T]},
		{"AnEventThatCannotBeReadYetIsNoFailure", notReadYet[T]},
		{"FailuresSayNothingOfEvents", silent[T]},
		{"PanicsAreFailures", panics[T]},
		{"AFailingCompensationStopsNoOther", stuckCompensation[T]},
		{"RedriveDoesWhatIsNotDone", redrive[T]},
		{"RetryIsForThoseThatHaveSomethingToTry", retryErrors[T]},
		{"StepsRunOutOfTime", stepTimeout[T]},
		{"SagasRunOutOfTimeWhileAStepRuns", sagaTimeoutInStep[T]},
		{"SagasRunOutOfTimeWhileNothingRuns", sagaTimeoutAsleep[T]},
	}
}

// claimsStories tell who works on a saga, and what becomes of it if that one is gone.
func claimsStories[T any]() []story[T] {
	return []story[T]{
		{"LongStepsKeepTheirClaim", heartbeats[T]},
		{"AShutdownIsNoFailure", shutdown[T]},
		{"AShutdownLetsStepsEnd", drained[T]},
		{"AZombieCommitsNothing", zombie[T]},
		{"WhatACrashInterruptsIsDoneAgainUnderItsKey", crash[T]},
		{"AStepOfWhichProcessesDieIsGivenUp", lostSteps[T]},
		{"AStepThatReallyEndsItsProcessIsGivenUp", killedSteps[T]},
		{"ACompensationOfWhichProcessesDieIsGivenUp", lostCompensations[T]},
		{"WhatIsLostWithAnotherSagaIsNotLostWithItAgain", lostWithAnother[T]},
		{"WhatWasLostIsKnownToWhomItIsGivenBack", givenBackLost[T]},
		{"ACommitOfUnknownOutcomeIsNotMadeTwice", unknownOutcome[T]},
		{"ClaimsAreSharedOut", sharedOut[T]},
		{"TheOldestAreClaimedFirst", oldestFirst[T]},
		{"WhatWasClaimedAheadOfALongStepIsGivenBack", aheadOfLongStep[T]},
		{"WhatWasClaimedAheadIsGivenBackAtAShutdown", aheadOfShutdown[T]},
	}
}

// waitsStories tell events that steps await.
func waitsStories[T any]() []story[T] {
	return []story[T]{
		{"AnEventCompletesTheStepThatWaits", awaited[T]},
		{"AnEventThatComesEarlyIsKept", early[T]},
		{"AnEventThatComesWhileTheStepRunsIsSeen", meanwhile[T]},
		{"LateAndDoubleEventsAreDropped", lateAndDouble[T]},
		{"AnEventRefusesAStep", refused[T]},
		{"AWaitRunsOutOfTime", waitTimeout[T]},
		{"AWaitIsNotDisturbedByOtherEvents", undisturbed[T]},
	}
}

// definitionsStories tell sagas under way whose definition changes.
func definitionsStories[T any]() []story[T] {
	return []story[T]{
		{"AppendedStepsAreTakenByWhatRuns", appended[T]},
		{"RemovedStepsOfWhatRunsAreRefused", removed[T]},
		{"SagasOfNewerProgramsAreLeftAlone", newer[T]},
		{"AStarterOfAnotherDefinitionBeginsNothing", refusedStarter[T]},
		{"AStarterThatIsOvertakenBeginsNothing", overtakenStarter[T]},
	}
}

// operatorsStories tell what operators see and do.
func operatorsStories[T any]() []story[T] {
	return []story[T]{
		{"OperatorsCancelWhatSleeps", cancelAsleep[T]},
		{"OperatorsCancelWhatRuns", cancelInStep[T]},
		{"AStepThatEndsAfterACancelIsCompensatedToo", cancelTooLate[T]},
		{"WhatIsOverCannotBeCancelled", cancelErrors[T]},
		{"WhatNoProgramCanGoOnWithIsAbandoned", abandons[T]},
		{"WhatCannotBeUndoneIsAbandoned", abandonsCompensations[T]},
		{"WhatNeededNoCompensationIsAbandonedAndUndone", abandonsWhatNeedsNoCompensation[T]},
		{"WhatIsBusyOrOverIsNotAbandoned", abandonErrors[T]},
		{"WhatIsOverIsForgottenIfItIsOldEnough", prunes[T]},
		{"WhatWasForgottenBeginsWithANewStartEventAlone", beginsAnew[T]},
		{"WhatIsDecidedAboutMeanwhileIsNotForgotten", prunedTooLate[T]},
		{"BatchesForgetEachSagaOnce", prunesInBatches[T]},
		{"WhatIsOpenOrStuckIsCounted", countsWhatStands[T]},
		{"WhatIsDueAndNotTakenUpIsLate", countsWhatIsLate[T]},
		{"ListsSelect", lists[T]},
	}
}
