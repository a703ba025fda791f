// Package sagatest is the suite that every database of sagas passes: see [Run].
package sagatest

import (
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

// Run runs the suite.
func Run[T any](t *testing.T, target Target[T]) {
	stories := []struct {
		name  string
		story func(w *world[T])
	}{
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
		{"LongStepsKeepTheirClaim", heartbeats[T]},
		{"AShutdownIsNoFailure", shutdown[T]},
		{"AShutdownLetsStepsEnd", drained[T]},
		{"AZombieCommitsNothing", zombie[T]},
		{"WhatACrashInterruptsIsDoneAgainUnderItsKey", crash[T]},
		{"AStepOfWhichProcessesDieIsGivenUp", lostSteps[T]},
		{"AStepThatReallyEndsItsProcessIsGivenUp", killedSteps[T]},
		{"ACompensationOfWhichProcessesDieIsGivenUp", lostCompensations[T]},
		{"WhatIsLostWithAnotherSagaIsNotLostWithItAgain", lostWithAnother[T]},
		{"ACommitOfUnknownOutcomeIsNotMadeTwice", unknownOutcome[T]},
		{"ClaimsAreSharedOut", sharedOut[T]},
		{"TheOldestAreClaimedFirst", oldestFirst[T]},
		{"WhatWasClaimedAheadOfALongStepIsGivenBack", aheadOfLongStep[T]},
		{"WhatWasClaimedAheadIsGivenBackAtAShutdown", aheadOfShutdown[T]},
		{"OperatorsCancelWhatSleeps", cancelAsleep[T]},
		{"OperatorsCancelWhatRuns", cancelInStep[T]},
		{"AStepThatEndsAfterACancelIsCompensatedToo", cancelTooLate[T]},
		{"WhatIsOverCannotBeCancelled", cancelErrors[T]},
		{"AnEventCompletesTheStepThatWaits", awaited[T]},
		{"AnEventThatComesEarlyIsKept", early[T]},
		{"AnEventThatComesWhileTheStepRunsIsSeen", meanwhile[T]},
		{"LateAndDoubleEventsAreDropped", lateAndDouble[T]},
		{"AnEventRefusesAStep", refused[T]},
		{"AWaitRunsOutOfTime", waitTimeout[T]},
		{"AWaitIsNotDisturbedByOtherEvents", undisturbed[T]},
		{"AppendedStepsAreTakenByWhatRuns", appended[T]},
		{"RemovedStepsOfWhatRunsAreRefused", removed[T]},
		{"SagasOfNewerProgramsAreLeftAlone", newer[T]},
		{"AStarterOfAnotherDefinitionBeginsNothing", refusedStarter[T]},
		{"AStarterThatIsOvertakenBeginsNothing", overtakenStarter[T]},
		{"WhatNoProgramCanGoOnWithIsAbandoned", abandons[T]},
		{"WhatCannotBeUndoneIsAbandoned", abandonsCompensations[T]},
		{"WhatIsBusyOrOverIsNotAbandoned", abandonErrors[T]},
		{"WhatIsOverIsForgottenIfItIsOldEnough", prunes[T]},
		{"WhatWasForgottenBeginsWithANewStartEventAlone", beginsAnew[T]},
		{"WhatIsDecidedAboutMeanwhileIsNotForgotten", prunedTooLate[T]},
		{"BatchesForgetEachSagaOnce", prunesInBatches[T]},
		{"WhatIsOpenOrStuckIsCounted", countsWhatStands[T]},
		{"WhatIsDueAndNotTakenUpIsLate", countsWhatIsLate[T]},
		{"ListsSelect", lists[T]},
		{"TheLedgerIsNeverBehindTheSaga", random[T]},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) { s.story(newWorld(t, target)) })
	}
}
