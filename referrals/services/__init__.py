"""Every write of this app: one function per verb, in `referrals` and `handovers`."""
