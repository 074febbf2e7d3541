"""The full story of every answer, found by the answer's id.

  results     what a story holds: model calls, tool runs, notices, the ending
  store       stories on this machine, with retention
  veil        what a story keeps, masked as a model would see it
  recorder    writes the story of one running turn, each step soon after it happened
  tracer      begins stories as the settings say, and lets old ones go
  middleware  sees each request as it is sent, each reply as it came, each tool run
  apart       model calls that a tool makes by itself
  otel        the same story as OpenTelemetry spans
  replay      the same question again, answered by another model beside the workspace
  comparing   what two answers to one question have in common, and what not
  text        a story in words
"""
