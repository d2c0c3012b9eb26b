<<include refused-head>>
:put "Please ask the support of your installation."
<<include refused-tail>>
:error "<<prefix:string>>: not adopted: ask support"
