"""The lane kernel of networks: the step of `lanes.step` for firms that differ.

A vector holds one firm's 512 lanes, each a (scenario, replication). `arguments` says what a network
is to it, `neighbours` reads lists of neighbours, `money` has what firms hold, `period` takes the
steps of a period and `counting` adds up, `draws` draws disruptions, `blocks` has the parallel
loop.
"""
