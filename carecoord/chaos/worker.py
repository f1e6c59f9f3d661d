"""What a worker of a run has beside the product: the clock of the run."""

from carecoord.chaos.wrong_clock import follow_the_run

follow_the_run()
